/**
 * `inspect` of a run that no process trains: from its last checkpoint.
 */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Distiller } from '../../distillation/distiller.ts';
import { openPairs } from '../../distillation/pairs/pair-cache.ts';
import type { PairSource } from '../../distillation/pairs/pairs.ts';
import { needsPairs } from '../../distillation/plan.ts';
import { startEngine } from '../../engine/start.ts';
import { usageError } from '../../errors.ts';
import { openTeacher } from '../../teachers/open.ts';
import type { InspectReply } from '../contract.ts';
import { checkpointsFolder, listCheckpoints, type Checkpoint } from '../directory/checkpoints.ts';
import { inspectRun, type InspectMessage } from '../observation/inspect.ts';
import { distillerState, readCheckpoint, type ReadCheckpoint } from './distill-checkpoint.ts';
import { requireSameTeacher } from './resume.ts';

/** A checkpoint with its teacher, for any number of questions. */
export interface OpenCheckpoint {
  /** See `inspectRun`. */
  inspect(message: InspectMessage): Promise<InspectReply>;
  dispose(): void;
}

/**
 * Opens teacher and checkpoint for one answer and lets them go again; starts the engine that the run asked for. A usage error
 * when the run in `directory` has no checkpoint, a failure when that is damaged; and see `inspectRun`.
 */
export async function inspectCheckpoint(directory: string, message: InspectMessage): Promise<InspectReply> {
  const checkpoint = await readCheckpoint((await lastCheckpoint(directory)).path);
  await startEngine(checkpoint.config);
  const open = await openCheckpoint(checkpoint, { layers: message.layer !== undefined });
  try {
    return await open.inspect(message);
  } finally {
    open.dispose();
  }
}

/** The last checkpoint of the run in `directory`. A usage error when it has none. */
export async function lastCheckpoint(directory: string): Promise<Checkpoint> {
  const last = (await listCheckpoints(join(directory, checkpointsFolder))).at(-1);
  if (last) return last;
  throw usageError(`The run \`${directory}\` has no checkpoint to look at. Give one that has trained.`);
}

/**
 * Opens the teacher of `checkpoint` and puts a Distiller there, on the engine that runs. `layers`: whether layers will be
 * asked for, whose gradients need the run's pairs. A usage error when the teacher is not to be had or another.
 */
export async function openCheckpoint(
  checkpoint: ReadCheckpoint,
  { layers }: { layers: boolean },
): Promise<OpenCheckpoint> {
  const { config } = checkpoint;
  const teacher = await openTeacher(config.teacher);
  let distiller: Distiller | undefined;
  const dispose = () => {
    distiller?.dispose();
    tf.dispose([teacher.params, teacher.student.params] as never);
  };
  try {
    requireSameTeacher(checkpoint, teacher);
    const pairs = layers ? await openPairs({ config, teacher }) : noPairs;
    distiller = Distiller.create({ config, teacher, pairs: needsPairs(config) ? pairs : undefined });
    const state = distillerState(checkpoint);
    distiller.restore(state);
    tf.dispose(state.tensors);
    const observed = { config, teacher, distiller };
    return { inspect: (message) => inspectRun(observed, message), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Scores ask for no pairs, and those of a run may take minutes to make. */
const noPairs: PairSource = {
  count: 1,
  batch: () => {
    throw new Error('internal: pairs were asked of an inspection that needs none');
  },
};

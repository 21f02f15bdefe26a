/**
 * `inspect` of a run that no process trains: from its last checkpoint.
 */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Distiller } from '../../distillation/distiller.ts';
import { needsPairs } from '../../distillation/models.ts';
import { openPairs } from '../../distillation/pair-cache.ts';
import type { PairSource } from '../../distillation/pairs.ts';
import { startEngine } from '../../engine/start.ts';
import { usageError } from '../../errors.ts';
import { cachePath } from '../../paths.ts';
import { openTeacher } from '../../teachers/open.ts';
import { checkpointsFolder, listCheckpoints } from '../checkpoints.ts';
import type { InspectReply } from '../contract.ts';
import { distillerState, readCheckpoint } from '../distill-checkpoint.ts';
import { requireSameTeacher } from '../resume.ts';
import { inspectRun, type InspectMessage } from './inspect.ts';

/**
 * Opens teacher and checkpoint for one answer and lets them go again; starts the engine that the run asked for. A usage error
 * when the run in `directory` has no checkpoint, a failure when that is damaged; and see `inspectRun`.
 */
export async function inspectCheckpoint(directory: string, message: InspectMessage): Promise<InspectReply> {
  const last = (await listCheckpoints(join(directory, checkpointsFolder))).at(-1);
  if (!last) throw usageError(`The run \`${directory}\` has no checkpoint to look at. Give one that has trained.`);
  const checkpoint = await readCheckpoint(last.path);
  const { config } = checkpoint;
  await startEngine(config);
  const state = distillerState(checkpoint);
  const teacher = await openTeacher(config.teacher);
  let distiller: Distiller | undefined;
  try {
    requireSameTeacher(checkpoint, teacher);
    const pairs =
      message.layer === undefined ? noPairs : await openPairs({ config, teacher, cache: cachePath('pairs') });
    distiller = Distiller.create({ config, teacher, pairs: needsPairs(config) ? pairs : undefined });
    distiller.restore(state);
    return await inspectRun({ config, teacher, distiller }, message);
  } finally {
    distiller?.dispose();
    tf.dispose([state.tensors, teacher.params, teacher.student.params] as never);
  }
}

/** Scores ask for no pairs, and those of a run may take minutes to make. */
const noPairs: PairSource = {
  count: 1,
  batch: () => {
    throw new Error('internal: pairs were asked of an inspection that needs none');
  },
};

/**
 * What the helper process has open: the engine, and networks that answer more than one question. One task at a time.
 */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../../distillation/config.ts';
import { startEngine, type RunningEngine } from '../../engine/start.ts';
import { failure, usageError } from '../../errors.ts';
import { checkpointsFolder, listCheckpoints, readLast } from '../../runs/directory/checkpoints.ts';
import type { Draw } from '../../runs/generator/draw.ts';
import { configOfGenerator, findGenerator } from '../../runs/generator/find-generator.ts';
import { drawOfFile, loadGenerator, type LoadedGenerator } from '../../runs/generator/generator-file.ts';
import { readCheckpoint } from '../../runs/training/distill-checkpoint.ts';
import { lastCheckpoint, openCheckpoint, type OpenCheckpoint } from '../../runs/training/inspect-checkpoint.ts';
import { openTeacher } from '../../teachers/open.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import { Kept } from './kept.ts';

/** A generator that is ready to draw, and the configuration of its run. */
export interface OpenGenerator extends LoadedGenerator {
  readonly draw: Draw;
  readonly config: Config;
}

export class HelperModels {
  private running?: RunningEngine;
  private readonly generators = new Kept<OpenGenerator>(4, ({ params }) => tf.dispose(params));
  private readonly teachers = new Kept<Teacher>(2, disposeTeacher);
  private readonly checkpoints = new Kept<OpenCheckpoint>(2, (checkpoint) => checkpoint.dispose());

  /** The engine on `threads` CPU threads. Changing them lets go of all that is open, since tensors belong to an engine. */
  async engine(threads = availableParallelism()): Promise<RunningEngine> {
    if (this.running?.threads === threads) return this.running;
    for (const kept of [this.generators, this.teachers, this.checkpoints]) kept.clear();
    return (this.running = await startEngine({ engine: 'onnx', threads }));
  }

  /** The generator of the checkpoint after `iteration`, or the last one of the run. A usage error when there is none. */
  async generator(directory: string, iteration?: number): Promise<OpenGenerator> {
    return readLast(join(directory, checkpointsFolder), async () => {
      const path = await generatorPath(directory, iteration);
      return this.generators.get(await keyOf(path), async () => {
        const config = await configOfGenerator(path);
        if (!config) throw failure(`The run \`${directory}\` has no config.json that can be read.`);
        const loaded = await loadGenerator(path);
        return { ...loaded, draw: drawOfFile(loaded), config };
      });
    });
  }

  /** The teacher that `generator` was distilled from. A usage error when another is in its place. */
  async teacherOf({ config, metadata }: OpenGenerator): Promise<Teacher> {
    const teacher = await this.teachers.get(config.teacher, () => openTeacher(config.teacher));
    if (teacher.fingerprint === metadata['teacherFingerprint']) return teacher;
    throw usageError(
      `The run was distilled from another teacher than the \`${config.teacher}\` that is here. Put that one back.`,
    );
  }

  /** The run's last checkpoint; with what its next step would draw, pairs included, when `layers` are to be looked at. */
  async checkpoint(directory: string, layers: boolean): Promise<OpenCheckpoint> {
    return readLast(join(directory, checkpointsFolder), async () => {
      const { path } = await lastCheckpoint(directory);
      const key = `${await keyOf(path)} ${layers}`;
      return this.checkpoints.get(key, async () => openCheckpoint(await readCheckpoint(path), { layers }));
    });
  }
}

/** The last generator is that of the last checkpoint: a run that goes on leaves an older one beside it. */
export async function generatorPath(directory: string, iteration?: number): Promise<string> {
  const checkpoints = await listCheckpoints(join(directory, checkpointsFolder));
  const checkpoint =
    iteration === undefined ? checkpoints.at(-1) : checkpoints.find((each) => each.iteration === iteration);
  if (checkpoint || iteration === undefined) return findGenerator(checkpoint?.path ?? directory);
  const known = checkpoints.map((each) => each.iteration).join(', ');
  throw usageError(`There is no checkpoint after step \`${iteration}\` any more. There are: ${known || 'none'}.`);
}

/** Tells a file or folder from one that takes its place later. */
async function keyOf(path: string): Promise<string> {
  const { mtimeMs } = await stat(path).catch((error: unknown) => {
    throw failure(`\`${path}\` cannot be read: there is none.`, error);
  });
  return `${path} ${mtimeMs}`;
}

const disposeTeacher = ({ params, student }: Teacher): void => tf.dispose([params, student.params] as never);

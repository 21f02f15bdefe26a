/**
 * Samples on demand: what a run's generator makes of noise in one step, and what its teacher makes of the same noise.
 */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { inTurn } from '../../distillation/generator/generate.ts';
import { alongSphere } from '../../distillation/generator/interpolate.ts';
import { evaluationsOf, teacherSampler } from '../../distillation/pairs/sample-teacher.ts';
import { usageError } from '../../errors.ts';
import { Random } from '../../random.ts';
import { median, timesOf } from '../../runs/generator/speed.ts';
import type { HelperModels, OpenGenerator } from './helper-models.ts';
import type { Samples, Tasks } from './helper-protocol.ts';

type Ask = Tasks['generate']['ask'];

export const MOST_GENERATED = 4096;
/** How often a batch is drawn to be timed at most, and for how many milliseconds. */
const [REPEATS, LONGEST] = [5, 500];

/**
 * Draws as `ask` says on the engine that runs. The noise of a seed is that of `dmd-lab sample --seed`. Classes are taken in
 * turn, by default all of the run's; along an interpolation the first. A usage error when what is asked for is not there.
 */
export async function generate(
  models: HelperModels,
  ask: Ask,
  signal: AbortSignal,
): Promise<Tasks['generate']['reply']> {
  const opened = await models.generator(ask.directory, ask.checkpoint);
  requireCount(ask.count);
  const labels = chosenLabels(ask, opened);
  const shape = [ask.count, ...opened.generator.sampleShape];
  const z = tf.tensor(noiseOf(ask, tf.util.sizeFromShape(opened.generator.sampleShape as number[])), shape);
  const classes = inTurn(ask.count, labels);
  try {
    const draw = () => opened.draw(z, classes);
    const oneStep = await timed(shape, draw, draw, signal);
    if (ask.teacherSteps === undefined) return { oneStep };

    const teacher = await models.teacherOf(opened);
    const sampling = { ...opened.config, samplerSteps: ask.teacherSteps };
    const through = (steps: number) => () =>
      teacherSampler(teacher, { ...sampling, samplerSteps: steps })({ z, labels: classes });
    // two steps are all that there is to warm up
    const slow = await timed(shape, through(Math.min(2, ask.teacherSteps)), through(ask.teacherSteps), signal);
    return { oneStep, teacher: { ...slow, nfe: evaluationsOf(sampling) } };
  } finally {
    tf.dispose([z, classes] as never);
  }
}

/** [count · size] of noise: of one seed, or the way to another's first. */
function noiseOf({ seed, toSeed, count }: Ask, size: number): Float32Array {
  const noise = (seed: number, n: number) => Random.fromSeed(seed).fork('samples').normal(n);
  return toSeed === undefined ? noise(seed, count * size) : alongSphere(noise(seed, size), noise(toSeed, size), count);
}

/** What `draw` draws, and how long it takes when `warmUp` has compiled all that it needs. */
async function timed(
  shape: readonly number[],
  warmUp: () => tf.Tensor,
  draw: () => tf.Tensor,
  signal: AbortSignal,
): Promise<Samples> {
  let values: Float32Array | undefined;
  const read = async (draw: () => tf.Tensor) => {
    // lets a message in that cancels this
    await setImmediate();
    signal.throwIfAborted();
    const x = draw();
    values = (await x.data()) as Float32Array;
    x.dispose();
  };
  await read(warmUp);
  const seconds = await timesOf(() => read(draw), REPEATS, LONGEST);
  return { shape, values: values!, secondsPerImage: median(seconds) / shape[0]! };
}

function requireCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_GENERATED) return;
  throw usageError(`There can be 1 to ${MOST_GENERATED} samples at once, not \`${count}\`.`);
}

function chosenLabels({ labels: asked, toSeed }: Ask, { generator: { classes }, config }: OpenGenerator): number[] {
  const wrong = asked?.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong !== undefined) {
    const known = classes > 0 ? `knows the classes 0 to ${classes - 1}` : 'knows no classes';
    throw usageError(`There is no class \`${wrong}\`: this generator ${known}.`);
  }
  if (asked && asked.length > 0) return [...asked];
  const all = config.labels ?? Array.from({ length: classes }, (_, label) => label);
  return toSeed === undefined ? all : all.slice(0, 1);
}

/**
 * How fast samples are drawn: how long one takes by itself, and how many a second in batches.
 */
import * as tf from '@tensorflow/tfjs-core';
import { inTurn } from '../../distillation/generator/generate.ts';
import { Random } from '../../random.ts';
import type { Draw } from './draw.ts';
import { median, quantile, timesOf } from './speed.ts';

export interface Speed {
  /** Seconds that one sample takes by itself: the median and the 95th percentile of repeated draws. */
  readonly latency: { readonly median: number; readonly p95: number };
  /** By the median draw of each size that was tried, a batch of one first. */
  readonly batches: readonly BatchSpeed[];
  /** The one with most images a second. */
  readonly best: BatchSpeed;
}

export interface BatchSpeed {
  readonly batch: number;
  readonly imagesPerSecond: number;
}

const SIZES = [1, 4, 16, 64, 256];
/** Seconds; no size is tried of which one draw is expected to take longer. */
const LONGEST_DRAW = 6;
/** How often, and for up to how many milliseconds, a single sample is drawn, and a batch. */
const ALONE = { repeats: 100, milliseconds: 3000 };
const TOGETHER = { repeats: 10, milliseconds: 2000 };

/**
 * Times `draw`, after a draw of each size that compiles and warms up. Each draw ends when its numbers have been read.
 * `labels` are taken in turn, where there are any.
 */
export async function measureSpeed(
  draw: Draw,
  { sampleShape, labels }: { sampleShape: readonly number[]; labels: readonly number[] },
  onProgress?: (done: number, total: number) => void,
): Promise<Speed> {
  const timings: { batch: number; seconds: number[] }[] = [];
  for (const [i, batch] of SIZES.entries()) {
    const before = timings.at(-1);
    if (before && (median(before.seconds) * batch) / before.batch > LONGEST_DRAW) break;
    onProgress?.(i, SIZES.length);
    timings.push({ batch, seconds: await timesOfBatch(draw, batch, sampleShape, labels) });
  }
  onProgress?.(SIZES.length, SIZES.length);
  const alone = timings[0]!.seconds;
  const batches = timings.map(({ batch, seconds }) => ({ batch, imagesPerSecond: batch / median(seconds) }));
  return {
    latency: { median: median(alone), p95: quantile(alone, 0.95) },
    batches,
    best: batches.reduce((best, speed) => (speed.imagesPerSecond > best.imagesPerSecond ? speed : best)),
  };
}

async function timesOfBatch(draw: Draw, batch: number, sampleShape: readonly number[], labels: readonly number[]) {
  const size = batch * tf.util.sizeFromShape([...sampleShape]);
  const z = tf.tensor(Random.fromSeed(0).fork('speed').normal(size), [batch, ...sampleShape]);
  const classes = inTurn(batch, labels);
  const work = async () => {
    const x = draw(z, classes);
    await x.data();
    x.dispose();
  };
  try {
    await work();
    const { repeats, milliseconds } = batch === 1 ? ALONE : TOGETHER;
    return await timesOf(work, repeats, milliseconds);
  } finally {
    tf.dispose([z, classes] as never);
  }
}

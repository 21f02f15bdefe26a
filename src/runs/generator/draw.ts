/**
 * Samples of a generator from noise that is fixed for a run, so that pictures and figures compare across its steps.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Distiller } from '../../distillation/distiller.ts';
import { inTurn } from '../../distillation/generator/generate.ts';
import { Random } from '../../random.ts';

/** G(z) [n, …] of z ~ N(0, I) [n, …] and labels, a fresh tensor. */
export type Draw = (z: tf.Tensor, labels?: tf.Tensor1D) => tf.Tensor;

/** What the generator of `distiller` that is judged draws. */
export const drawOf =
  ({ distiller }: { readonly distiller: Pick<Distiller, 'generate'> }): Draw =>
  (z, labels) =>
    distiller.generate(z, { labels });

export interface FixedNoise {
  /** What the noise is for: another purpose or seed, other noise. */
  readonly purpose: string;
  readonly seed: number;
  readonly count: number;
  readonly sampleShape: readonly number[];
  /** Taken in turn; empty when there are none. */
  readonly labels: readonly number[];
}

/** Samples drawn together; one size throughout, so that a compiling engine compiles once. */
const BATCH = 250;

/** `draw` of the noise that `noise` describes, in portions [m, …] whose m add up to its count. */
export async function* drawn(draw: Draw, noise: FixedNoise, onProgress?: (done: number) => void | Promise<void>) {
  const { purpose, seed, count, sampleShape, labels } = noise;
  const random = Random.fromSeed(seed).fork(purpose);
  const size = tf.util.sizeFromShape([...sampleShape]);
  const batch = Math.min(BATCH, count);
  for (let done = 0; done < count; done += batch) {
    const x = tf.tidy(() => {
      const z = tf.tensor(random.normal(batch * size), [batch, ...sampleShape]);
      // a batch begins where the last one ended in the labels' turn
      const turned = labels.map((_, i) => labels[(done + i) % labels.length]!);
      return draw(z, inTurn(batch, turned));
    });
    const values = (await x.data()) as Float32Array;
    x.dispose();
    yield values.subarray(0, Math.min(batch, count - done) * size);
    await onProgress?.(Math.min(count, done + batch));
  }
}

/** All of `drawn` in one array. */
export async function drawnWhole(
  draw: Draw,
  noise: FixedNoise,
  onProgress?: (done: number) => void | Promise<void>,
): Promise<Float32Array> {
  const whole = new Float32Array(noise.count * tf.util.sizeFromShape([...noise.sampleShape]));
  let at = 0;
  for await (const values of drawn(draw, noise, onProgress)) {
    whole.set(values, at);
    at += values.length;
  }
  return whole;
}

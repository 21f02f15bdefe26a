import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { CLASSES, classify, FEATURES, initClassifier } from './classifier.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

type Grid = { values: number[]; side: number; channels: number };
const silu = (x: number) => x / (1 + Math.exp(-x));
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A 3×3 convolution with zeros around, then SiLU, by the definition. */
function convolved({ values, side, channels }: Grid, kernel: ArrayLike<number>, bias: ArrayLike<number>): Grid {
  const out: number[] = [];
  for (const y of range(side))
    for (const x of range(side))
      for (const o of range(bias.length)) {
        let sum = bias[o]!;
        for (const i of range(3))
          for (const j of range(3)) {
            const [v, u] = [y + i - 1, x + j - 1];
            if (v < 0 || u < 0 || v >= side || u >= side) continue;
            for (const c of range(channels))
              sum += values[(v * side + u) * channels + c]! * kernel[((i * 3 + j) * channels + c) * bias.length + o]!;
          }
        out.push(silu(sum));
      }
  return { values: out, side, channels: bias.length };
}

/** The mean of each `size`×`size` window, one every two pixels. */
function pooled({ values, side, channels }: Grid, size: number): Grid {
  const half = Math.floor((side - size) / 2) + 1;
  const out: number[] = [];
  for (const y of range(half))
    for (const x of range(half))
      for (const c of range(channels)) {
        let sum = 0;
        for (const i of range(size))
          for (const j of range(size)) sum += values[((2 * y + i) * side + 2 * x + j) * channels + c]!;
        out.push(sum / size ** 2);
      }
  return { values: out, side: half, channels };
}

const affine = (x: number[], matrix: ArrayLike<number>, bias: ArrayLike<number>) =>
  range(bias.length).map((o) => x.reduce((sum, value, i) => sum + value * matrix[i * bias.length + o]!, bias[o]!));

describe('classify', () => {
  it('computes what its layers say, each image by itself', async () => {
    const params = initClassifier(Random.fromSeed(1));
    const random = Random.fromSeed(2);
    // biases start at zero, which would hide them
    for (const name of Object.keys(params).filter((name) => name.endsWith('.bias')))
      params[name] = tf.tensor1d(random.normal(params[name]!.size));
    const images = random.normal(2 * 784);
    const { features, logits } = classify(params, tf.tensor4d(images, [2, 28, 28, 1]));
    expect([features.shape, logits.shape]).toEqual([
      [2, FEATURES],
      [2, CLASSES],
    ]);

    const weights = async (name: string) =>
      [await params[`${name}.weight`]!.data(), await params[`${name}.bias`]!.data()] as const;
    let h: Grid = { values: [...images.subarray(784)], side: 28, channels: 1 };
    h = pooled(convolved(h, ...(await weights('conv1'))), 2);
    h = pooled(convolved(h, ...(await weights('conv2'))), 2);
    h = pooled(convolved(h, ...(await weights('conv3'))), 3);
    const expected = affine(h.values, ...(await weights('features'))).map(silu);
    const second = (await features.data()).subarray(FEATURES);
    expected.forEach((value, i) => expect(second[i]).toBeCloseTo(value, 4));
    const scores = (await logits.data()).subarray(CLASSES);
    affine(expected, ...(await weights('logits'))).forEach((value, i) => expect(scores[i]).toBeCloseTo(value, 4));
  });
});

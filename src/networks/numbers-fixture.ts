/** Numbers for the tests of layers, and how near they must be. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { Random } from '../random.ts';

export const normal = (seed: number, ...shape: number[]) =>
  tf.tensor(Random.fromSeed(seed).normal(shape.reduce((a, b) => a * b, 1)), shape, 'float32');

export async function expectClose(actual: tf.Tensor, expected: ArrayLike<number>, digits = 4): Promise<void> {
  const values = await actual.data();
  expect(values.length).toBe(expected.length);
  for (let i = 0; i < values.length; i++) expect(values[i]).toBeCloseTo(expected[i]!, digits);
}

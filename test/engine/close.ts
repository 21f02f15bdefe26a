/** Comparison of what two engines computed. */
import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** What a tensor holds, independent of the engine that made it. */
export interface Contents {
  readonly dtype: tf.DataType;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export async function contentsOf(t: tf.Tensor): Promise<Contents> {
  return { dtype: t.dtype, shape: t.shape, values: Array.from(await t.data()) };
}

/** Equal types and shapes, and numbers that differ by no more than `tolerance` · (1 + |expected|); NaN equals NaN. */
export function expectClose(actual: Contents, expected: Contents, tolerance: number, what = ''): void {
  expect([actual.dtype, actual.shape, actual.values.length], what).toEqual([
    expected.dtype,
    expected.shape,
    expected.values.length,
  ]);
  const wrong = expected.values.findIndex((e, i) => {
    const a = actual.values[i]!;
    return !Object.is(a, e) && a !== e && !(Math.abs(a - e) <= tolerance * (1 + Math.abs(e)));
  });
  if (wrong >= 0) expect(actual.values[wrong], `${what} element ${wrong}`).toBe(expected.values[wrong]);
}

import { expect, test } from 'vitest';
import { Random } from '../../random.ts';
import { alongSphere } from './interpolate.ts';

const length = (noise: Float32Array) => Math.hypot(...noise);
const parts = (whole: Float32Array, n: number) =>
  Array.from({ length: whole.length / n }, (_, k) => whole.subarray(k * n, (k + 1) * n));

test('the way begins and ends with the noises given, and never leaves the sphere between', () => {
  const [a, b] = [Random.fromSeed(1).normal(784), Random.fromSeed(2).normal(784)];
  const way = parts(alongSphere(a, b, 9), 784);
  way[0]!.forEach((value, i) => expect(value).toBeCloseTo(a[i]!, 5));
  way[8]!.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 5));
  for (const noise of way) {
    expect(length(noise)).toBeGreaterThanOrEqual(Math.min(length(a), length(b)) - 1e-3);
    expect(length(noise)).toBeLessThanOrEqual(Math.max(length(a), length(b)) + 1e-3);
  }
  // a straight line's middle would be at 1/√2 of it
  expect(length(way[4]!)).toBeCloseTo((length(a) + length(b)) / 2, 3);
});

test('equal steps turn by equal angles', () => {
  const way = parts(alongSphere(Float32Array.of(2, 0), Float32Array.of(0, 4), 3), 2);
  expect([...way[1]!].map((value) => value.toFixed(4))).toEqual([3 * Math.SQRT1_2, 3 * Math.SQRT1_2].map((value) => value.toFixed(4))); // prettier-ignore
});

test('from a noise to itself nothing moves, and opposite points of the plane give finite ones', () => {
  const a = Float32Array.of(0.5, -1);
  expect([...alongSphere(a, a, 3)]).toEqual([0.5, -1, 0.5, -1, 0.5, -1].map((value) => expect.closeTo(value, 5) as unknown)); // prettier-ignore
  expect([...alongSphere(a, Float32Array.of(-1, 2), 5)].every((value) => Math.abs(value) < 3)).toBe(true);
  expect([...alongSphere(a, Float32Array.of(9, 9), 1)]).toEqual([...a].map((value) => expect.closeTo(value, 5) as unknown)); // prettier-ignore
});

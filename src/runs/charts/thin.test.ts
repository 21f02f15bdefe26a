import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBound, nearestIndex, thin } from './thin.ts';

const rising = (n: number) => Float32Array.from({ length: n }, (_, i) => i + 1);

test('few points are all drawn', () => {
  expect(thin(rising(5), [1, 2, 3, 4, 5], 100)).toEqual([0, 1, 2, 3, 4]);
  expect(thin([], [], 100)).toEqual([]);
});

test('a spike among 200,000 points is kept, in no more than twice the columns', () => {
  const y = Float32Array.from({ length: 200_000 }, (_, i) => Math.sin(i / 500));
  y[123_456] = 50;
  y[123_470] = -50;
  const kept = thin(rising(200_000), y, 400);
  expect(kept).toContain(123_456);
  expect(kept).toContain(123_470);
  expect(kept.length).toBeLessThanOrEqual(801);
  expect(kept.at(-1)).toBe(199_999);
});

test('a gap as wide as a column stays a gap', () => {
  const y = Float32Array.from({ length: 10_000 }, (_, i) => (i >= 4000 && i < 6000 ? NaN : 1));
  const values = thin(rising(10_000), y, 100).map((i) => y[i]!);
  expect(values.filter(Number.isNaN).length).toBeGreaterThan(10);
  expect(values.findIndex(Number.isNaN)).toBeGreaterThan(20);
});

test('of a part, its points and one neighbour on either side', () => {
  expect(thin(rising(1000), rising(1000), 50, 100.5, 104.5)).toEqual([99, 100, 101, 102, 103, 104, 105]);
});

test('whatever the values: indices rise, and the least and the greatest are among them', () => {
  const value = fc.oneof({ weight: 9, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) }, { weight: 1, arbitrary: fc.constant(NaN) }); // prettier-ignore
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 500 }), fc.integer({ min: 1, max: 40 }), (y, columns) => {
      const kept = thin(rising(y.length), y, columns);
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      const [all, drawn] = [y, kept.map((i) => y[i]!)].map((values) => values.filter((v) => !Number.isNaN(v)));
      if (all!.length === 0) return;
      expect(Math.max(...drawn!)).toBe(Math.max(...all!));
      expect(Math.min(...drawn!)).toBe(Math.min(...all!));
    }),
  );
});

test('the nearest index, and the first that is not below', () => {
  expect([0, 2.4, 2.6, 9].map((value) => nearestIndex([1, 2, 3], value))).toEqual([0, 1, 2, 2]);
  expect(nearestIndex([], 1)).toBe(-1);
  expect([0, 2, 2.5, 4].map((value) => lowerBound([1, 2, 3], value))).toEqual([0, 1, 2, 3]);
});

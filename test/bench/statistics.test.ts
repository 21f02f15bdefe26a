import { expect, it } from 'vitest';
import { compare, largestDifference, quantile, summarize } from './statistics.ts';

it('finds medians and quartiles, linear between neighbours', () => {
  expect(quantile([4], 0.5)).toBe(4);
  expect(summarize([5, 1, 3, 2, 4])).toEqual({ median: 3, quartiles: [2, 4] });
  expect(summarize([10, 2, 1, 3]).median).toBe(2.5);
  expect(() => quantile([], 0.5)).toThrow('internal');
});

it('compares medians, and lets a slow moment that hits both sides leave the pairs alone', () => {
  const [ours, theirs] = [
    [10, 10, 100, 10, 10],
    [20, 20, 200, 20, 20],
  ];
  expect(compare(ours!, theirs!)).toEqual({ ratio: 2, quartiles: [2, 2] });
  expect(compare([1, 1, 1], [1, 2, 3]).quartiles).toEqual([1.5, 2.5]);
});

it('sees any difference of what both sides computed', () => {
  expect(largestDifference({ loss: 2, norm: 1 }, { norm: 1, loss: 2 })).toBe(0);
  expect(largestDifference({ loss: 2.02, norm: 1 }, { loss: 2, norm: 1.001 })).toBeCloseTo(0.01, 6);
  expect(largestDifference({ loss: NaN }, { loss: 1 })).toBe(Infinity);
  expect(largestDifference({ loss: 1 }, { lose: 1 })).toBe(Infinity);
});

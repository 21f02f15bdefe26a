import { expect, test } from 'vitest';
import { positionOf, smooth, smoothingAt } from './smooth.ts';

const iterations = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('at every iteration it is the bias-corrected exponential average', () => {
  const y = [3, -1, 4, 1, 5];
  let average = 0;
  const expected = y.map((value, i) => {
    average = 0.6 * average + 0.4 * value;
    return average / (1 - 0.6 ** (i + 1));
  });
  smooth(iterations(5), y, 0.6).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
});

test('a constant stays what it is from the first value on, and no smoothing changes nothing', () => {
  for (const value of smooth(iterations(50), Array<number>(50).fill(7), 0.999)) expect(value).toBeCloseTo(7, 10);
  expect([...smooth(iterations(3), [1, 5, 2], 0)]).toEqual([1, 5, 2]);
});

test('a gap counts by its length, and what is missing for nothing', () => {
  const [, , after] = smooth([1, 2, 100], [5, 5, 1], 0.9);
  expect(after).toBeCloseTo(1, 3);
  const gap = smooth([1, 2, 3], [2, NaN, 4], 0.5);
  expect(gap[1]).toBeNaN();
  expect(gap[2]).toBeCloseTo((2 * 0.25 + 4) / 1.25, 12);
  expect([...smooth([1, 2], [NaN, 3], 0.5)]).toEqual([NaN, 3]);
});

test('the slider goes from 0 to 0.999, and back', () => {
  expect([smoothingAt(0), smoothingAt(1)]).toEqual([0, 0.999]);
  for (const smoothing of [0, 0.3, 0.9, 0.99, 0.999])
    expect(smoothingAt(positionOf(smoothing))).toBeCloseTo(smoothing, 12);
});

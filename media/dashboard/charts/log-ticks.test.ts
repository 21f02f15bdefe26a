import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logTicks, tickText } from './log-ticks.ts';

test('round numbers, as close as the range asks for', () => {
  expect(logTicks(0.008, 1.2)).toEqual([0.01, 0.1, 1]);
  expect(logTicks(2, 91)).toEqual([3, 10, 30]);
  expect(logTicks(0.3, 0.72)).toEqual([0.3, 0.5, 0.7]);
  expect(logTicks(1e-9, 1)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1]);
});

test('whatever the range: in it, rising, not many; and some where it spans a factor of two', () => {
  const logs = fc.tuple(fc.double({ min: -12, max: 12, noNaN: true }), fc.double({ min: 0.31, max: 8, noNaN: true }));
  fc.assert(
    fc.property(logs, ([from, span]) => {
      const [least, greatest] = [10 ** from, 10 ** (from + span)];
      const ticks = logTicks(least, greatest);
      expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
      expect(ticks.every((tick) => tick >= least && tick <= greatest)).toBe(true);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(15);
    }),
  );
});

test('plain where that is short, else as a power of ten', () => {
  expect([0.02, 300, 1, 0.001].map(tickText)).toEqual(['0.02', '300', '1', '0.001']);
  expect([1e-5, 3e7].map(tickText)).toEqual(['10<sup>−5</sup>', '3·10<sup>7</sup>']);
});

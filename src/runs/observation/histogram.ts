/**
 * How numbers are distributed.
 */
import type { Histogram } from '../contract.ts';

const BINS = 60;

/**
 * Counts of `values` in equal bins from the smallest to the largest, and their L2 norm. Values that are not finite are in
 * no bin. Values that are all the same stand in the middle of a range of 1.
 */
export function histogram(values: readonly number[]): Histogram {
  const finite = values.filter(Number.isFinite);
  let [from, to] = finite.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
  if (finite.length === 0) [from, to] = [0, 0];
  if (from === to) [from, to] = [from - 0.5, to + 0.5];
  const counts = Array<number>(BINS).fill(0);
  for (const value of finite) counts[Math.min(BINS - 1, Math.floor(((value - from) / (to - from)) * BINS))]!++;
  return { from, to, counts, norm: Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) };
}

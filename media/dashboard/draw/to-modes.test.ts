import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random.ts';
import { distanceBetween, type Point } from './plane.ts';
import { toModes } from './to-modes.ts';

/** `count` points about each of `centres`. */
const about = (centres: readonly Point[], count: number): Point[] => {
  const noise = Random.fromSeed(1).normal(2 * count * centres.length);
  return centres.flatMap(([x, y], k) =>
    Array.from({ length: count }, (_, i): Point => {
      const at = 2 * (k * count + i);
      return [x + 0.05 * noise[at]!, y + 0.05 * noise[at + 1]!];
    }),
  );
};
const centres: readonly Point[] = [
  [-1, -1],
  [1, -1],
  [0, 1],
];

describe('points that were drawn', () => {
  it('are the modes themselves while they are few', () => {
    const points = about(centres, 10);
    expect(toModes(points, 30)).toBe(points);
    expect(toModes([])).toEqual([]);
  });

  it('become the middles of their clusters', () => {
    const modes = toModes(about(centres, 200), 3);
    for (const centre of centres)
      expect(Math.min(...modes.map((mode) => distanceBetween(mode, centre)))).toBeLessThan(0.02);
  });

  it('become at most 200 modes near all of them, the same each time', () => {
    const points = about(centres, 1000);
    const modes = toModes(points);
    expect(modes).toHaveLength(200);
    expect(toModes(points)).toEqual(modes);
    for (const point of points)
      expect(Math.min(...modes.map((mode) => distanceBetween(mode, point)))).toBeLessThan(0.15);
  });

  it('may all be the same', () => {
    const modes = toModes(Array.from({ length: 300 }, (): Point => [0.5, -0.5]));
    expect(modes).toHaveLength(200);
    expect(modes.every(([x, y]) => x === 0.5 && y === -0.5)).toBe(true);
  });
});

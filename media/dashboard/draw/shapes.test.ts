import { describe, expect, it } from 'vitest';
import { LARGEST_STD, LEAST_STD } from './drawing.ts';
import { distanceBetween, REACH, type Point } from './plane.ts';
import { evenly, fill, shapes } from './shapes.ts';
import { MOST_MODES } from './to-modes.ts';

describe('shapes', () => {
  it.each(shapes)('$name lies within the plane and needs no thinning', ({ make }) => {
    const { points, std } = make();
    expect(points.length).toBeGreaterThan(1);
    expect(points.length).toBeLessThanOrEqual(MOST_MODES);
    for (const [x, y] of points) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThan(REACH);
    expect(std).toBeGreaterThanOrEqual(LEAST_STD);
    expect(std).toBeLessThanOrEqual(LARGEST_STD);
  });

  it('a curve is walked in even steps', () => {
    const circle = Array.from({ length: 721 }, (_, i): Point => [
      Math.cos((i / 720) * 2 * Math.PI),
      Math.sin((i / 720) * 2 * Math.PI),
    ]);
    const points = evenly(circle, 12);
    expect(points).toHaveLength(12);
    points.forEach((point, i) =>
      expect(distanceBetween(point, points[(i + 1) % 12]!)).toBeCloseTo(2 * Math.sin(Math.PI / 12), 1),
    );
  });

  it('an area is filled by as many points as may be, all of them inside', () => {
    const isInside = (column: number, row: number) => column >= 50 && row < 100;
    const drawn = fill(isInside, 200, 150)!;
    expect(drawn.points.length).toBeLessThanOrEqual(150);
    expect(drawn.points.length).toBeGreaterThan(100);
    for (const [x, y] of drawn.points) {
      expect(x).toBeGreaterThan(-REACH / 2);
      expect(y).toBeGreaterThan(0);
    }
    expect(fill(() => false, 200, 150)).toBeUndefined();
  });
});

/**
 * The part of the plane that is drawn on, and where its points are on the screen.
 */
export type Point = readonly [x: number, y: number];

/** Coordinates go from −REACH to REACH: somewhat more than what the mixtures to learn on fill. */
export const REACH = 1.6;

/** Where a point is in a square of `side` pixels. */
export const toPixels = ([x, y]: Point, side: number): Point => [
  ((x / REACH + 1) / 2) * side,
  ((1 - y / REACH) / 2) * side,
];

/** The point at a place in a square of `side` pixels, or at its edge. */
export const toPlane = ([left, top]: Point, side: number): Point =>
  within([((2 * left) / side - 1) * REACH, (1 - (2 * top) / side) * REACH]);

/** The point of the part that is drawn on which is next to a point. */
export const within = ([x, y]: Point): Point => [limit(x), limit(y)];

const limit = (value: number): number => Math.max(-REACH, Math.min(REACH, value));

export const distanceBetween = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

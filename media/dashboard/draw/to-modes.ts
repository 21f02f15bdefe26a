/**
 * Points that were drawn as the modes of a mixture: each is a mode, or, where they are too many, the middle of those near it.
 */
import { Random } from '../../../src/random.ts';
import { distanceBetween, type Point } from './plane.ts';

/** The most modes that a mixture may have. */
export const MOST_MODES = 200;
/** Rounds of Lloyd's algorithm; what moves after so many moves by less than a mode is wide. */
const ROUNDS = 6;

/** At most `most` modes of equal weight that lie as `points` do: those themselves, or else their k-means, always the same. */
export function toModes(points: readonly Point[], most = MOST_MODES): readonly Point[] {
  if (points.length <= most) return points;
  let means = spreadOut(points, most);
  for (let round = 0; round < ROUNDS; round++) means = middles(points, means);
  return means;
}

/** `count` of `points`, each chosen with a chance that grows as the square of its distance from those before (k-means++). */
function spreadOut(points: readonly Point[], count: number): readonly Point[] {
  const random = Random.fromSeed(0);
  const chosen = [points[random.integer(0, points.length)]!];
  const squares = points.map((point) => distanceBetween(point, chosen[0]!) ** 2);
  while (chosen.length < count) {
    let left = random.uniform() * squares.reduce((sum, square) => sum + square, 0);
    // where all are upon those that were chosen, any will do
    const found = squares.findIndex((square) => (left -= square) < 0);
    const next = points[Math.max(0, found)]!;
    chosen.push(next);
    points.forEach((point, i) => (squares[i] = Math.min(squares[i]!, distanceBetween(point, next) ** 2)));
  }
  return chosen;
}

/** Each of `means` moved to the middle of the points that are nearer to it than to others; one without any stays. */
function middles(points: readonly Point[], means: readonly Point[]): readonly Point[] {
  const sums = means.map(() => [0, 0, 0] as [x: number, y: number, count: number]);
  for (const point of points) {
    const sum = sums[nearest(point, means)]!;
    sum[0] += point[0];
    sum[1] += point[1];
    sum[2]++;
  }
  return sums.map(([x, y, count], k) => (count > 0 ? [x / count, y / count] : means[k]!));
}

function nearest([x, y]: Point, means: readonly Point[]): number {
  let [found, least] = [0, Infinity];
  for (let k = 0; k < means.length; k++) {
    const distance = (means[k]![0] - x) ** 2 + (means[k]![1] - y) ** 2;
    if (distance < least) [found, least] = [k, distance];
  }
  return found;
}

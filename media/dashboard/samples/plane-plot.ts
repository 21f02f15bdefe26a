/**
 * Samples of the plane as points: the teacher's and the generator's, in one square about the origin.
 */
import { drawGround } from '../plane/ground.ts';
import { themeColour } from '../theme.ts';

/** [x, y, x, y, …]. */
export type Points = Float32Array;

export interface Plot {
  readonly teacher: Points | undefined;
  readonly oneStep: Points | undefined;
  /** Lines from each point of the generator to the teacher's from the same noise. */
  readonly pairs: boolean;
  /** The way of one sample over the steps, and where it is. */
  readonly trail?: Points;
  /** Coordinates go from −reach to reach. */
  readonly reach: number;
}

/** What holds 99.5 % of `points` with some room around, in halves, so that it is the same for most moments. */
export function reachOf(points: Points): number {
  const sorted = points.map(Math.abs).sort();
  const most = sorted[Math.floor(0.995 * (sorted.length - 1))] ?? 1;
  return Math.max(0.5, Math.ceil(2.4 * most) / 2);
}

/** Draws into a square of `side` pixels, of which `ratio` are one of CSS. */
export function drawPlot(context: CanvasRenderingContext2D, plot: Plot, side: number, ratio: number): void {
  const at = (points: Points, i: number) => place(points[2 * i]!, points[2 * i + 1]!, side, plot.reach);
  context.globalAlpha = 1;
  drawGround(context, plot, side, ratio);
  if (plot.pairs && plot.teacher && plot.oneStep) {
    context.globalAlpha = 0.35;
    context.strokeStyle = themeColour('ink-soft');
    context.lineWidth = 0.6 * ratio;
    context.beginPath();
    for (let i = 0; i < Math.min(plot.oneStep.length, plot.teacher.length) / 2; i++) {
      context.moveTo(...at(plot.oneStep, i));
      context.lineTo(...at(plot.teacher, i));
    }
    context.stroke();
  }
  if (plot.teacher) drawPoints(context, plot.teacher, at, themeColour('teacher'), ratio);
  if (plot.oneStep) drawPoints(context, plot.oneStep, at, themeColour('one-step'), ratio);
  if (plot.trail) drawTrail(context, plot.trail, at, ratio);
}

/** Where the i-th of points lies in the picture. */
type At = (points: Points, i: number) => [number, number];

const place = (x: number, y: number, side: number, reach: number): [number, number] => [
  ((x / reach + 1) / 2) * side,
  ((1 - y / reach) / 2) * side,
];

/** The index of the point of `points` next to a place in a square of `side` pixels; undefined when none is near. */
export function pointNear(
  points: Points,
  [x, y]: readonly [number, number],
  side: number,
  reach: number,
): number | undefined {
  let [nearest, least] = [-1, (side / 20) ** 2];
  for (let i = 0; i < points.length / 2; i++) {
    const [px, py] = place(points[2 * i]!, points[2 * i + 1]!, side, reach);
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < least) [nearest, least] = [i, distance];
  }
  return nearest < 0 ? undefined : nearest;
}

function drawPoints(context: CanvasRenderingContext2D, points: Points, at: At, colour: string, ratio: number): void {
  context.globalAlpha = 0.6;
  context.fillStyle = colour;
  context.beginPath();
  for (let i = 0; i < points.length / 2; i++) {
    const [x, y] = at(points, i);
    context.moveTo(x + 2.2 * ratio, y);
    context.arc(x, y, 2.2 * ratio, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

function drawTrail(context: CanvasRenderingContext2D, trail: Points, at: At, ratio: number): void {
  context.strokeStyle = context.fillStyle = themeColour('ink');
  context.lineWidth = 1.5 * ratio;
  context.beginPath();
  const last = trail.length / 2 - 1;
  if (last < 0) return;
  for (let i = 0; i <= last; i++) context.lineTo(...at(trail, i));
  context.stroke();
  context.beginPath();
  context.arc(...at(trail, last), 4 * ratio, 0, 2 * Math.PI);
  context.fill();
}

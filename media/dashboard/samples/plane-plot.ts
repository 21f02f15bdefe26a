/**
 * Samples of the plane as points: the teacher's and the generator's, in one square about the origin.
 */
import { drawGround } from '../plane/ground.ts';
import { themeColour } from '../theme.ts';

export type Points = readonly (readonly [number, number])[];

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
  const sorted = points.flatMap(([x, y]) => [Math.abs(x), Math.abs(y)]).sort((a, b) => a - b);
  const most = sorted[Math.floor(0.995 * (sorted.length - 1))] ?? 1;
  return Math.max(0.5, Math.ceil(2.4 * most) / 2);
}

/** Draws into a square of `side` pixels, of which `ratio` are one of CSS. */
export function drawPlot(context: CanvasRenderingContext2D, plot: Plot, side: number, ratio: number): void {
  const at = ([x, y]: readonly [number, number]) => place(x, y, side, plot.reach);
  context.globalAlpha = 1;
  drawGround(context, plot, side, ratio);
  if (plot.pairs && plot.teacher && plot.oneStep) {
    context.globalAlpha = 0.35;
    context.strokeStyle = themeColour('ink-soft');
    context.lineWidth = 0.6 * ratio;
    context.beginPath();
    plot.oneStep.forEach((point, i) => {
      const other = plot.teacher![i];
      if (!other) return;
      context.moveTo(...at(point));
      context.lineTo(...at(other));
    });
    context.stroke();
  }
  drawPoints(context, plot.teacher ?? [], at, themeColour('teacher'), ratio);
  drawPoints(context, plot.oneStep ?? [], at, themeColour('one-step'), ratio);
  if (plot.trail) drawTrail(context, plot.trail, at, ratio);
}

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
  points.forEach((point, i) => {
    const [px, py] = place(...point, side, reach);
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < least) [nearest, least] = [i, distance];
  });
  return nearest < 0 ? undefined : nearest;
}

function drawPoints(
  context: CanvasRenderingContext2D,
  points: Points,
  at: (point: readonly [number, number]) => [number, number],
  colour: string,
  ratio: number,
): void {
  context.globalAlpha = 0.6;
  context.fillStyle = colour;
  context.beginPath();
  for (const point of points) {
    const [x, y] = at(point);
    context.moveTo(x + 2.2 * ratio, y);
    context.arc(x, y, 2.2 * ratio, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

function drawTrail(
  context: CanvasRenderingContext2D,
  trail: Points,
  at: (point: readonly [number, number]) => [number, number],
  ratio: number,
): void {
  context.strokeStyle = context.fillStyle = themeColour('ink');
  context.lineWidth = 1.5 * ratio;
  context.beginPath();
  trail.forEach((point, i) => (i === 0 ? context.moveTo(...at(point)) : context.lineTo(...at(point))));
  context.stroke();
  const end = trail.at(-1);
  if (!end) return;
  context.beginPath();
  context.arc(...at(end), 4 * ratio, 0, 2 * Math.PI);
  context.fill();
}

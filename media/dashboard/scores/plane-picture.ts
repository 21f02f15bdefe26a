/**
 * The picture of the paper's Figures 3 and 4: the real density filled, the fake one as lines, and on each noised sample
 * an arrow along s_real − s_fake.
 */
import { themeColour } from '../theme.ts';
import { contour, densityOf, type Grid } from '../../../src/metrics/plane-density.ts';
import { drawGround } from '../plane/ground.ts';
import { shade } from '../plane/shade.ts';
import type { Kernels } from './real-density.ts';

export interface PlanePicture {
  /** Coordinates go from −reach to reach. */
  readonly reach: number;
  readonly real: RealDensity | undefined;
  readonly fake: Kernels | undefined;
  /** [x, y, x, y, …], and arrows on them in the same unit; `scale`: pixels of CSS for a unit of an arrow. */
  readonly points: Float32Array;
  readonly arrows: Float32Array | undefined;
  readonly scale: number;
  readonly chosen: number | undefined;
}

/** Cells along a side: the real density is painted once, the fake one for every frame. */
const [FINE, COARSE] = [160, 64];
/** Heights of lines, as shares of a density's highest. */
const LINES = [0.08, 0.25, 0.5, 0.75, 0.92];

/** A density that is painted once and drawn as large as the plot. */
export interface RealDensity {
  readonly filled: CanvasImageSource;
  readonly lines: readonly Line[];
}

/** Where a density has a share of its highest. */
interface Line {
  readonly share: number;
  /** As `contour` gives them. */
  readonly pieces: readonly number[];
}

function linesOf(grid: Grid, { centres, stds, weights }: Kernels): readonly Line[] {
  const density = densityOf(grid, centres, stds, weights);
  const most = highest(density);
  return LINES.map((share) => ({ share, pieces: contour(density, grid.side, share * most) }));
}

const highest = (density: Float32Array): number => density.reduce((a, b) => Math.max(a, b), 0);

/** The density of `kernels`, in shades of `colour` over the ground, darkest where it is highest. */
export function realDensity(kernels: Kernels, reach: number, colour: string): RealDensity {
  const grid = { side: FINE, reach };
  const density = densityOf(grid, kernels.centres, kernels.stds, kernels.weights);
  const most = highest(density);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = FINE;
  const context = canvas.getContext('2d')!;
  shade(context, density.map((value) => (165 / 255) * (value / most) ** 0.8), colour); // prettier-ignore
  return { filled: canvas, lines: linesOf(grid, kernels) };
}

/** Draws into a square of `side` pixels, of which `ratio` are one of CSS. */
export function drawPlane(context: CanvasRenderingContext2D, picture: PlanePicture, side: number, ratio: number): void {
  const { reach, real, fake, points, arrows, scale, chosen } = picture;
  const place = (i: number): [number, number] => [
    ((points[2 * i]! / reach + 1) / 2) * side,
    ((1 - points[2 * i + 1]! / reach) / 2) * side,
  ];
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  if (real) context.drawImage(real.filled, 0, 0, side, side);
  drawGround(context, { reach }, side, ratio);
  if (real) drawLines(context, real.lines, themeColour('real'), 0.9, side, ratio);
  if (fake) drawLines(context, linesOf({ side: COARSE, reach }, fake), themeColour('fake'), 1.6, side, ratio);

  const count = points.length / 2;
  context.fillStyle = themeColour('fake');
  context.beginPath();
  for (let i = 0; i < count; i++) {
    const [x, y] = place(i);
    context.moveTo(x + 2 * ratio, y);
    context.arc(x, y, 2 * ratio, 0, 2 * Math.PI);
  }
  context.fill();
  if (arrows) {
    context.strokeStyle = context.fillStyle = themeColour('ink');
    for (let i = 0; i < count; i++)
      drawArrow(context, place(i), [arrows[2 * i]! * scale * ratio, -arrows[2 * i + 1]! * scale * ratio], ratio);
  }
  if (chosen === undefined || chosen >= count) return;
  context.strokeStyle = themeColour('accent');
  context.lineWidth = 2.5 * ratio;
  context.beginPath();
  context.arc(...place(chosen), 7 * ratio, 0, 2 * Math.PI);
  context.stroke();
}

/** An arrow from `from` by `by`, in pixels; one that would be shorter than its head is a line alone. */
export function drawArrow(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  [dx, dy]: readonly [number, number],
  ratio: number,
): void {
  const length = Math.hypot(dx, dy);
  if (!(length > 0.5 * ratio)) return;
  const head = Math.min(6 * ratio, 0.6 * length);
  const [ux, uy] = [dx / length, dy / length];
  const [endX, endY] = [x + dx, y + dy];
  context.lineWidth = 1.25 * ratio;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(endX - 0.8 * head * ux, endY - 0.8 * head * uy);
  context.stroke();
  context.beginPath();
  context.moveTo(endX, endY);
  context.lineTo(endX - head * ux - 0.42 * head * uy, endY - head * uy + 0.42 * head * ux);
  context.lineTo(endX - head * ux + 0.42 * head * uy, endY - head * uy - 0.42 * head * ux);
  context.fill();
}

function drawLines(
  context: CanvasRenderingContext2D,
  lines: readonly Line[],
  colour: string,
  width: number,
  side: number,
  ratio: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width * ratio;
  for (const { share, pieces } of lines) {
    context.globalAlpha = 0.5 + 0.45 * share;
    context.beginPath();
    for (let i = 0; i < pieces.length; i += 4) {
      context.moveTo(pieces[i]! * side, pieces[i + 1]! * side);
      context.lineTo(pieces[i + 2]! * side, pieces[i + 3]! * side);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

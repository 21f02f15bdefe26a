/**
 * The plane that is drawn on, as a picture: the density of the mixture, its modes, and where the brush is.
 */
import { densityOf } from '../../../src/metrics/plane-density.ts';
import { drawGround } from '../plane/ground.ts';
import { shade } from '../plane/shade.ts';
import { themeColour } from '../theme.ts';
import { REACH, toPixels, type Point } from './plane.ts';

export interface Picture {
  readonly modes: readonly Point[];
  readonly std: number;
  /** Where the brush or the eraser is, and how far it reaches. */
  readonly brush?: { readonly at: Point; readonly radius: number; readonly erases: boolean };
  /** Where keys put a point. */
  readonly cross?: Point;
}

/** Cells of the density along an edge. */
const CELLS = 140;

/** What paints a square of `side` pixels, of which `ratio` are one of CSS. */
export function planePainter(
  context: CanvasRenderingContext2D,
): (picture: Picture, side: number, ratio: number) => void {
  const cells = document.createElement('canvas');
  [cells.width, cells.height] = [CELLS, CELLS];
  const paintCells = cells.getContext('2d')!;
  let shown: Pick<Picture, 'modes' | 'std'> | undefined;
  let colour = '';
  return (picture, side, ratio) => {
    const { modes, std, brush, cross } = picture;
    const now = themeColour('teacher');
    if (shown?.modes !== modes || shown.std !== std || colour !== now) paintDensity(paintCells, modes, std, now);
    [shown, colour] = [picture, now];
    drawGround(context, { reach: REACH, every: 1 }, side, ratio);
    // a density is smooth
    context.imageSmoothingQuality = 'high';
    context.drawImage(cells, 0, 0, side, side);
    context.fillStyle = themeColour('ink');
    for (const mode of modes) dot(context, toPixels(mode, side), (modes.length > 60 ? 1.1 : 1.8) * ratio);
    if (brush) {
      context.setLineDash(brush.erases ? [4 * ratio, 3 * ratio] : []);
      ring(context, toPixels(brush.at, side), (brush.radius / REACH / 2) * side, ratio);
      context.setLineDash([]);
    }
    if (cross) drawCross(context, toPixels(cross, side), ratio);
  };
}

/** The more there is, the less of the ground is seen. */
function paintDensity(context: CanvasRenderingContext2D, modes: readonly Point[], std: number, colour: string): void {
  context.clearRect(0, 0, CELLS, CELLS);
  if (modes.length === 0) return;
  const density = densityOf({ side: CELLS, reach: REACH }, modes.flat(), std);
  const most = density.reduce((a, b) => Math.max(a, b));
  shade(context, density.map((value) => (225 / 255) * (value / most) ** 0.65), colour); // prettier-ignore
}

function dot(context: CanvasRenderingContext2D, [x, y]: Point, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function ring(context: CanvasRenderingContext2D, [x, y]: Point, radius: number, ratio: number): void {
  context.strokeStyle = themeColour('ink');
  context.lineWidth = 1.2 * ratio;
  context.beginPath();
  context.arc(x, y, Math.max(2 * ratio, radius), 0, 2 * Math.PI);
  context.stroke();
}

function drawCross(context: CanvasRenderingContext2D, [x, y]: Point, ratio: number): void {
  context.strokeStyle = themeColour('accent');
  context.lineWidth = 2 * ratio;
  context.beginPath();
  for (const [dx, dy] of [
    [9, 0],
    [0, 9],
  ] as const) {
    context.moveTo(x - dx * ratio, y - dy * ratio);
    context.lineTo(x + dx * ratio, y + dy * ratio);
  }
  context.stroke();
}

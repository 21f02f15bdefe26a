/**
 * A picture of samples that is drawn while others wait: quickly. Charts (pictures.ts) take ten times as long.
 */
import { gridPng } from '../../data/png.ts';
import { imagesOf, isImages, type Samples } from '../charts/pictures.ts';

/** Pixels along a side of the plane, and from a point to the edge of its dot. */
const [SIDE, DOT] = [384, 1];
/** Greys from −1, black, to 1, white. */
const [PAPER, RULE, AXIS, INK] = [1, 0.8, 0.4, 0.7];

/**
 * Images in a grid without gaps, each pixel `scale` wide; else points of the plane, as dots that are darker where they
 * overlap, in a square about the origin with a line at every unit, whose reach is a power of 2.
 */
export function drawPicture(samples: Samples, { columns, scale }: { columns: number; scale: number }): Buffer {
  if (isImages(samples)) return gridPng(imagesOf(samples), { columns, scale, gap: 0 });
  return gridPng({ values: dots(samples.values), shape: [1, SIDE, SIDE, 1] }, { scale });
}

/** The points [x, y], … as a grey image of SIDE × SIDE pixels, y upwards. */
function dots(points: Float32Array): Float32Array {
  const reach = reachOf(points);
  const pixels = new Float32Array(SIDE * SIDE).fill(PAPER);
  const across = (x: number) => Math.round(((x / reach + 1) / 2) * (SIDE - 1));
  const mark = (column: number, row: number, paint: (grey: number) => number) => {
    if (column < 0 || column >= SIDE || row < 0 || row >= SIDE) return;
    pixels[row * SIDE + column] = paint(pixels[row * SIDE + column]!);
  };
  // of a very wide view, no more lines than can be told apart
  const unit = Math.max(1, reach / 8);
  for (let at = -reach; at <= reach; at += unit) {
    const line = (grey: number) => Math.min(grey, at === 0 ? AXIS : RULE);
    for (let i = 0; i < SIDE; i++) {
      mark(across(at), i, line);
      mark(i, across(at), line);
    }
  }
  for (let i = 0; i < points.length; i += 2) {
    const [column, row] = [across(points[i]!), across(-points[i + 1]!)];
    for (let dy = -DOT; dy <= DOT; dy++)
      for (let dx = -DOT; dx <= DOT; dx++) mark(column + dx, row + dy, (grey) => Math.max(-1, grey - INK));
  }
  return pixels;
}

/** The smallest power of 2, at least 1, within which 99.9 % of the coordinates lie: the same for most of a run's pictures. */
function reachOf(points: Float32Array): number {
  const sorted = Float32Array.from(points, Math.abs).sort();
  const most = sorted[Math.floor(0.999 * (sorted.length - 1))]!;
  return 2 ** Math.max(0, Math.ceil(Math.log2(most)));
}

/**
 * What can be drawn with one click: the mixtures to learn on, a heart, and letters.
 */
import { mixtureShapes } from '../../../src/teachers/mixture-shapes.ts';
import type { Drawn } from './drawing.ts';
import { distanceBetween, REACH, type Point } from './plane.ts';

const of = ({ means: points, std }: { means: readonly Point[]; std: number }): Drawn => ({ points, std });

export const shapes: readonly { readonly name: string; readonly make: () => Drawn }[] = [
  { name: 'Two modes', make: () => of(mixtureShapes['two-modes']) },
  { name: 'Ring', make: () => of(mixtureShapes.ring) },
  { name: 'Grid', make: () => of(mixtureShapes.grid) },
  { name: 'Spiral', make: () => of(mixtureShapes.spiral) },
  { name: 'Heart', make: heart },
];

/** x = sin³ a, y = (13 cos a − 5 cos 2a − 2 cos 3a − cos 4a) / 16, at even steps along the curve. */
function heart(): Drawn {
  const curve = Array.from({ length: 721 }, (_, i): Point => {
    const a = (i / 720) * 2 * Math.PI;
    const y = 13 * Math.cos(a) - 5 * Math.cos(2 * a) - 2 * Math.cos(3 * a) - Math.cos(4 * a);
    return [1.2 * Math.sin(a) ** 3, (1.2 * y) / 16 + 0.12];
  });
  return { points: evenly(curve, 60), std: 0.06 };
}

/** `count` points at even steps along a closed curve of many points. */
export function evenly(curve: readonly Point[], count: number): Point[] {
  const lengths = curve.slice(1).map((point, i) => distanceBetween(point, curve[i]!));
  const every = lengths.reduce((sum, length) => sum + length, 0) / count;
  const points = [curve[0]!];
  let since = 0;
  lengths.forEach((length, i) => {
    since += length;
    if (since < every || points.length === count) return;
    points.push(curve[i + 1]!);
    since -= every;
  });
  return points;
}

/** Modes of letters at most, and how wide they are beside the distance between them. */
const [LETTER_MODES, WIDTH] = [180, 0.55];

/** `text` in bold letters across the plane; undefined when nothing of it can be seen. */
export function letters(text: string): Drawn | undefined {
  const [width, height] = [480, 480];
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const font = (size: number) => `700 ${size}px system-ui, sans-serif`;
  context.font = font(100);
  const size = Math.min(300, (100 * 0.84 * width) / Math.max(1, context.measureText(text).width));
  context.font = font(size);
  const { actualBoundingBoxAscent: ascent, actualBoundingBoxDescent: descent } = context.measureText(text);
  context.textAlign = 'center';
  context.fillText(text, width / 2, height / 2 + (ascent - descent) / 2);
  const { data } = context.getImageData(0, 0, width, height);
  return fill((column, row) => data[4 * (row * width + column) + 3]! > 127, width, LETTER_MODES);
}

/**
 * Points on as fine a lattice as gives at most `most` where `isInside`, which is asked for cells of a square of `side`
 * from the top left; undefined when it is inside nowhere.
 */
export function fill(
  isInside: (column: number, row: number) => boolean,
  side: number,
  most: number,
): Drawn | undefined {
  for (let every = 2; every <= side; every++) {
    const points: Point[] = [];
    for (let row = every >> 1; row < side; row += every)
      for (let column = every >> 1; column < side; column += every)
        if (isInside(column, row))
          points.push([((2 * (column + 0.5)) / side - 1) * REACH, (1 - (2 * (row + 0.5)) / side) * REACH]);
    if (points.length === 0) return undefined;
    if (points.length <= most) return { points, std: Math.max(0.03, ((WIDTH * every) / side) * 2 * REACH) };
  }
  return undefined;
}

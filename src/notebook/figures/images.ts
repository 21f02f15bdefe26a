/**
 * Images in grids.
 */
import { gridPng, type Images } from '../../data/png.ts';
import { usageError } from '../../errors.ts';
import type { StoredTensor } from '../../networks/safetensors.ts';
import type { Panel } from '../../runs/charts/chart.ts';
import { chartFigure, type Figure } from '../figure.ts';
import { isNumbers, read, shapeText, type Numbers } from '../numbers.ts';

export interface ImagesOptions {
  readonly title?: string;
  /** Images in a row. Default: as square a grid as can be. */
  readonly columns?: number;
  /** The value that is white; its negative is black. Default 1; of noisy images, 2 σ shows the noise. */
  readonly range?: number;
}

/** Pixels that a grid is to be wide, and the most that one of an image may become. */
const [WIDTH, MOST_SCALE, GAP] = [420, 8, 2];
/** Around a grid, in pixels: as a chart without axes has it. */
export const AROUND = { x: 40, y: 58 };

/**
 * Images [n, height, width, channels] in −1…1 in a grid, or several grids beside each other, each with its name. One image
 * may come without n, grey ones without channels.
 *
 * ```ts
 * images({ teacher: y, 'one step': x }, { columns: 8 })
 * ```
 */
export const images = (of: Numbers | Readonly<Record<string, Numbers>>, options: ImagesOptions = {}): Figure => {
  const named = isNumbers(of) ? { '': of } : of;
  return chartFigure(async () => {
    const grids = await Promise.all(
      Object.entries(named).map(async ([name, one]) => gridPanel(name, imagesOf(await read(one)), options)),
    );
    const [width, height] = [0, 1].map((i) => Math.max(...grids.map(({ size }) => size[i]!))) as [number, number];
    // every panel has the size of the largest, and its grid the upper left corner
    const panels = grids.map(({ panel, size }): Panel => ({
      ...panel,
      xRange: [0, width / size[0]!],
      yRange: [1 - height / size[1]!, 1],
    })); // prettier-ignore
    return { title: options.title ?? '', panels, panelSize: [width + AROUND.x, height + AROUND.y] };
  });
};

/** A panel with a grid about `wide` pixels wide, and its size in pixels. */
export function gridPanel(title: string, { values, shape }: Images, options: ImagesOptions & { wide?: number }) {
  const { columns, range = 1, wide = WIDTH } = options;
  const [n, , width] = shape;
  const across = columns ?? Math.ceil(Math.sqrt(n));
  const scale = Math.max(1, Math.min(MOST_SCALE, Math.floor(wide / across / width)));
  const scaled = range === 1 ? values : values.map((value) => value / range);
  const png = gridPng({ values: scaled, shape }, { columns: across, scale, gap: GAP });
  const panel: Panel = { title, series: [], axes: false, ground: { kind: 'picture', png, x: [0, 1], y: [0, 1] } };
  return { panel, size: [png.readUInt32BE(16), png.readUInt32BE(20)] as const };
}

/** `of` as images [n, height, width, channels]. A usage error when its shape is not that of images. */
export function imagesOf({ values, shape }: StoredTensor): Images {
  const whole = withAllAxes(shape);
  const channels = whole?.at(-1);
  if (!whole || (channels !== 1 && channels !== 3) || whole.includes(0)) {
    throw usageError(`Images have the shape [n, height, width, 1 or 3], not \`${shapeText(shape)}\`.`);
  }
  return { values, shape: whole };
}

function withAllAxes(shape: readonly number[]): Images['shape'] | undefined {
  const [a, b, c, d] = shape as [number, number, number, number];
  if (shape.length === 4) return [a, b, c, d];
  if (shape.length === 2) return [1, a, b, 1];
  if (shape.length === 3) return c === 1 || c === 3 ? [1, a, b, c] : [a, b, c, 1];
  return undefined;
}

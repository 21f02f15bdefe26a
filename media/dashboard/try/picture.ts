/**
 * Generated samples as a picture: images in a grid, points in the plane.
 */
import { drawPlot, reachOf, type Points } from '../samples/plane-plot.ts';
import { themeColour } from '../theme.ts';
import type { Batch } from './generated.ts';

/** Image `index` of a batch [n, height, width, 1 or 3] as a bitmap of its own; pixels are in [−1, 1]. */
export function imageOf({ values, shape }: Batch, index: number): HTMLCanvasElement {
  const [, height, width, channels] = shape as [number, number, number, number];
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = (index * width * height + pixel) * channels;
    for (let c = 0; c < 3; c++) image.data[4 * pixel + c] = 127.5 * (values[from + (c % channels)]! + 1);
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export interface ImagesLayout {
  readonly columns: number;
  /** Pixels of one image along an edge. */
  readonly tile: number;
  readonly gap: number;
  readonly height: number;
}

/** Where `count` images go in a width of `side` pixels: about a square, or one row of a way. */
export function layoutOf(count: number, side: number, gap: number, isWay: boolean): ImagesLayout {
  const columns = isWay ? count : Math.max(1, Math.ceil(Math.sqrt(count)));
  const tile = Math.floor((side - (columns - 1) * gap) / columns);
  return { columns, tile, gap, height: Math.ceil(count / columns) * (tile + gap) - gap };
}

/** Draws the first `shown` images, the chosen one with a frame; the others are places that wait. */
export function drawImages(
  context: CanvasRenderingContext2D,
  images: readonly HTMLCanvasElement[],
  { columns, tile, gap }: ImagesLayout,
  { shown, chosen }: { readonly shown: number; readonly chosen: number | undefined },
): void {
  context.imageSmoothingEnabled = false;
  images.forEach((image, i) => {
    const [x, y] = [(i % columns) * (tile + gap), Math.floor(i / columns) * (tile + gap)];
    if (i < shown) context.drawImage(image, x, y, tile, tile);
    else {
      context.fillStyle = themeColour('sunken');
      context.fillRect(x, y, tile, tile);
    }
    if (i !== chosen) return;
    context.strokeStyle = themeColour('accent');
    context.lineWidth = 2 * gap;
    context.strokeRect(x + gap, y + gap, tile - 2 * gap, tile - 2 * gap);
  });
}

/** Draws the first `shown` points of one step or of the teacher, and their way up to the chosen one. */
export function drawPoints(
  context: CanvasRenderingContext2D,
  points: Points,
  options: {
    readonly shown: number;
    readonly chosen: number | undefined;
    readonly colour: 'teacher' | 'one-step';
    readonly side: number;
    readonly ratio: number;
    readonly reach: number;
  },
): void {
  const { shown, chosen, colour, side, ratio, reach } = options;
  const some = points.subarray(0, 2 * shown);
  const plot = {
    teacher: colour === 'teacher' ? some : undefined,
    oneStep: colour === 'one-step' ? some : undefined,
    pairs: false,
    trail: chosen === undefined ? undefined : some.subarray(0, 2 * (chosen + 1)),
    reach,
  };
  drawPlot(context, plot, side, ratio);
}

/** One reach for all that is shown, so that what is the same looks the same. */
export const commonReach = (batches: readonly (Batch | undefined)[]): number =>
  reachOf(Float32Array.from(batches.flatMap((batch) => (batch?.shape.length === 2 ? [...batch.values] : []))));

/**
 * Images out of one picture that holds them as a grid without gaps, and the same grid with gaps, crisp.
 */
import type { Picture } from '../shown.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where image `index` lies in the picture of `event`. */
export function tileIn(bitmap: ImageBitmap, { columns, count }: Picture, index: number): Box {
  const width = bitmap.width / columns;
  const height = bitmap.height / Math.ceil(count / columns);
  return { x: (index % columns) * width, y: Math.floor(index / columns) * height, width, height };
}

/** Draws one image into `box`. */
export function drawTile(
  context: CanvasRenderingContext2D,
  bitmap: ImageBitmap,
  event: Picture,
  index: number,
  box: Box,
): void {
  const from = tileIn(bitmap, event, index);
  context.imageSmoothingEnabled = false;
  context.drawImage(bitmap, from.x, from.y, from.width, from.height, box.x, box.y, box.width, box.height);
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Of one image. */
  readonly tile: readonly [width: number, height: number];
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

/** The grid of all images of `event`, `gap` apart, in as much of `room` as whole pixels fill. */
export function gridIn(room: number, gap: number, bitmap: ImageBitmap, { columns, count }: Picture): Grid {
  const rows = Math.ceil(count / columns);
  const width = Math.max(1, Math.floor((room - (columns - 1) * gap) / columns));
  const height = Math.max(1, Math.round((width * bitmap.height * columns) / (rows * bitmap.width)));
  return {
    columns,
    rows,
    tile: [width, height],
    gap,
    width: columns * (width + gap) - gap,
    height: rows * (height + gap) - gap,
  };
}

/** Draws all images of `event` as `grid`, from (x, y) on. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  bitmap: ImageBitmap,
  event: Picture,
  { columns, tile: [width, height], gap }: Grid,
  [x, y]: readonly [number, number] = [0, 0],
): void {
  for (let i = 0; i < event.count; i++) {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    drawTile(context, bitmap, event, i, {
      x: x + column * (width + gap),
      y: y + row * (height + gap),
      width,
      height,
    });
  }
}

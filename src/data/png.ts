/**
 * Images written as PNG files: one by one, or many in a grid.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import writeFileAtomic from 'write-file-atomic';
import { failure, usageError } from '../errors.ts';

/** Images [n, height, width, channels] (NHWC) in −1…1; one channel (grey) or three (RGB). Values beyond are clipped. */
export interface Images {
  readonly values: Float32Array;
  readonly shape: readonly [n: number, height: number, width: number, channels: number];
}

export interface GridOptions {
  /** Images in a row. Default: as square a grid as can be. */
  columns?: number;
  /** Pixels between images, after enlarging. Default 2. */
  gap?: number;
  /** Each pixel becomes this many squared, an integer. Default 1. */
  scale?: number;
}

/** The bytes of a PNG file with all images in a grid, row after row, on white. */
export function gridPng(images: Images, options: GridOptions = {}): Buffer {
  const [n, height, width] = images.shape;
  const { columns = Math.ceil(Math.sqrt(n)), gap = 2, scale = 1 } = options;
  const rows = Math.ceil(n / columns);
  const pitch = { x: width * scale + gap, y: height * scale + gap };
  const png = new PNG({ width: columns * pitch.x - gap, height: rows * pitch.y - gap });
  png.data.fill(255);
  for (let index = 0; index < n; index++)
    draw(png, images, index, (index % columns) * pitch.x, Math.floor(index / columns) * pitch.y, scale);
  // grey images without filters come out smallest
  const format =
    images.shape[3] === 1
      ? { colorType: 0 as const, filterType: 0 as const, deflateLevel: 9 }
      : { colorType: 2 as const };
  return PNG.sync.write(png, { ...format, inputHasAlpha: true });
}

/** Writes `gridPng` to `path`. */
export async function writePngGrid(path: string, images: Images, options: GridOptions = {}): Promise<void> {
  await write(path, gridPng(images, options));
}

/**
 * The images [n, height, width, channels] of a grid that `gridPng` drew with the same options (unscaled), in −1…1 in steps
 * of 1/127.5. A usage error when the picture has another size.
 */
export async function readPngGrid(
  path: string,
  [n, height, width, channels]: Images['shape'],
  { columns = Math.ceil(Math.sqrt(n)), gap = 2 }: Pick<GridOptions, 'columns' | 'gap'> = {},
): Promise<Float32Array> {
  const png = PNG.sync.read(await readFile(path));
  const rows = Math.ceil(n / columns);
  const size = [columns * (width + gap) - gap, rows * (height + gap) - gap];
  if (png.width !== size[0] || png.height !== size[1])
    throw usageError(
      `\`${path}\` is \`${png.width}×${png.height}\` pixels, and a grid of its ${n} images ${size.join('×')}.`,
    );
  const values = new Float32Array(n * height * width * channels);
  for (let i = 0, to = 0; i < n; i++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const row = Math.floor(i / columns) * (height + gap) + y;
        const from = (row * png.width + (i % columns) * (width + gap) + x) * 4;
        for (let c = 0; c < channels; c++) values[to++] = png.data[from + c]! / 127.5 - 1;
      }
  return values;
}

/** Writes each image into `directory`, which is made when missing, as `00000.png`, `00001.png`, … */
export async function writePngs(directory: string, images: Images): Promise<void> {
  const [n, height, width, channels] = images.shape;
  const size = height * width * channels;
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw failure(`\`${directory}\` cannot be made: ${(error as Error).message}.`, error);
  });
  for (let index = 0; index < n; index++) {
    const one: Images = {
      values: images.values.subarray(index * size, (index + 1) * size),
      shape: [1, height, width, channels],
    };
    await write(join(directory, `${String(index).padStart(5, '0')}.png`), gridPng(one));
  }
}

function draw(png: PNG, { values, shape }: Images, index: number, left: number, top: number, scale: number): void {
  const [, height, width, channels] = shape;
  for (let y = 0; y < height * scale; y++)
    for (let x = 0; x < width * scale; x++) {
      const from = ((index * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels;
      const to = ((top + y) * png.width + left + x) * 4;
      for (let c = 0; c < 3; c++) png.data[to + c] = byteOf(values[from + (channels === 3 ? c : 0)]!);
    }
}

/** −1…1 to 0…255, the nearest, clipped. */
function byteOf(value: number): number {
  return Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
}

async function write(path: string, bytes: Buffer): Promise<void> {
  await writeFileAtomic(path, bytes).catch((error: unknown) => {
    throw failure(`\`${path}\` could not be written: ${(error as Error).message}.`, error);
  });
}

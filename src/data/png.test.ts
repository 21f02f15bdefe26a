import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gridPng, readPngGrid, writePngGrid, writePngs } from './png.ts';
import { readImageFolder } from './image-folder.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-png-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** The red values of a PNG file, row by row. */
function reds(bytes: Buffer): number[][] {
  const { width, height, data } = PNG.sync.read(bytes);
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => data[(y * width + x) * 4]!));
}

describe('gridPng', () => {
  it('lays grey images out row by row, with gaps on white, clipping what is beyond -1…1', () => {
    const bytes = gridPng(
      { values: Float32Array.from([-1, 0, 3, -2, Number.NaN, 1]), shape: [3, 1, 2, 1] },
      { columns: 2, gap: 1 },
    );
    expect(reds(bytes)).toEqual([
      [0, 128, 255, 255, 0],
      [255, 255, 255, 255, 255],
      [0, 255, 255, 255, 255],
    ]);
  });

  it('enlarges by whole pixels', () => {
    const bytes = gridPng({ values: Float32Array.from([-1, 1]), shape: [1, 1, 2, 1] }, { scale: 2 });
    expect(reds(bytes)).toEqual([
      [0, 0, 255, 255],
      [0, 0, 255, 255],
    ]);
  });

  it('keeps the channels of RGB in order', () => {
    const bytes = gridPng({ values: Float32Array.from([-1, -0.2, 1]), shape: [1, 1, 1, 3] });
    expect([...PNG.sync.read(bytes).data]).toEqual([0, 102, 255, 255]);
  });
});

describe('writing', () => {
  const images = { values: Float32Array.from([-1, 1, 0.2, -0.2]), shape: [2, 2, 1, 1] } as const;

  it('writes single files that the image folder reads back', async () => {
    await writePngs(join(directory, 'new'), images);
    expect(await readdir(join(directory, 'new'))).toEqual(['00000.png', '00001.png']);
    const { images: read } = (await readImageFolder(join(directory, 'new'))).batch([0, 1]);
    images.values.forEach((value, i) => expect(read[i]).toBeCloseTo(value, 6));
  });

  it('writes a grid', async () => {
    await writePngGrid(join(directory, 'grid.png'), images, { columns: 2, gap: 0 });
    expect(reds(await readFile(join(directory, 'grid.png')))).toEqual([
      [0, 153],
      [255, 102],
    ]);
  });

  it('names the place that cannot be written', async () => {
    await writeFile(join(directory, 'file'), '');
    const inFile = join(directory, 'file', 'a.png');
    await expect(writePngGrid(inFile, images)).rejects.toMatchObject({ kind: 'failure' });
    await expect(writePngGrid(inFile, images)).rejects.toThrow(/file\/a\.png` could not be written: ENOTDIR/);
    await expect(writePngs(join(directory, 'file'), images)).rejects.toThrow(/file` cannot be made: EEXIST/);
  });
});

describe('readPngGrid', () => {
  const options = { columns: 2, gap: 1 };

  it('gives back what a grid was drawn from, to half a step of 8 bits', async () => {
    const shape = [3, 2, 1, 3] as const;
    const values = Float32Array.from({ length: 18 }, (_, i) => Math.sin(i));
    const path = join(directory, 'grid.png');
    await writePngGrid(path, { values, shape }, options);
    const read = await readPngGrid(path, shape, options);
    expect(read).toHaveLength(18);
    read.forEach((v, i) => expect(Math.abs(v - values[i]!)).toBeLessThanOrEqual(0.5 / 127.5 + 1e-6));
  });

  it('refuses a picture of another size', async () => {
    const path = join(directory, 'grid.png');
    await writePngGrid(path, { values: new Float32Array(4), shape: [1, 2, 2, 1] }, options);
    await expect(readPngGrid(path, [3, 2, 2, 1], options)).rejects.toThrow('pixels, and a grid of its 3 images');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBundle, writeBundle } from './bundled-pairs.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-bundle-'));
});
afterEach(() => rm(directory, { recursive: true }));

const values = Float32Array.from({ length: 3 * 4 }, (_, i) => Math.cos(i));

test('gives back the images of the pairs it was written for, to half a step of 8 bits', async () => {
  const path = join(directory, 'pairs.png');
  await writeBundle(path, 'origin', { values, sampleShape: [2, 2, 1] });
  const { count, images } = (await readBundle(path, 'origin'))!;
  expect(count).toBe(3);
  images.forEach((v, i) => expect(Math.abs(v - values[i]!)).toBeLessThanOrEqual(0.5 / 127.5 + 1e-6));
});

test('serves for no other pairs', async () => {
  const path = join(directory, 'pairs.png');
  await writeBundle(path, 'origin', { values, sampleShape: [2, 2, 1] });
  expect(await readBundle(path, 'another')).toBeUndefined();
});

test('is no bundle without both its files', async () => {
  expect(await readBundle(join(directory, 'pairs.png'), 'origin')).toBeUndefined();
  await writeFile(join(directory, 'pairs.png'), '');
  expect(await readBundle(join(directory, 'pairs.png'), 'origin')).toBeUndefined();
});

test('holds images alone', async () => {
  await expect(writeBundle(join(directory, 'pairs.png'), 'origin', { values, sampleShape: [2] })).rejects.toThrow(
    '`2` samples are no images',
  );
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIdx, readIdxDataset } from './idx.ts';
import { idxBytes } from './idx-fixture.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-idx-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}
const images = idxBytes([2, 2, 3], [0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]);
const labels = idxBytes([2], [3, 7]);

describe('readIdx', () => {
  it.each([
    ['plain', images],
    ['gzipped', gzipSync(images)],
  ])('reads a %s file', async (name, bytes) => {
    const { shape, values } = await readIdx(await file(name, bytes), 3);
    expect(shape).toEqual([2, 2, 3]);
    expect([...values]).toEqual([0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]);
  });

  it.each([
    ['text', Buffer.from('hello, world'), 'usage', /is no IDX file: it begins with `68656c6c`/],
    ['empty', Buffer.alloc(0), 'usage', /is no IDX file/],
    ['floats', idxBytes([2, 2, 3], [], 0x0d), 'usage', /holds IDX type `0x0d`/],
    ['labels', labels, 'usage', /has `1` dimensions where 3 belong/],
    ['header', images.subarray(0, 9), 'failure', /ends within its header \(`9` bytes\)/],
    ['truncated', images.subarray(0, images.length - 1), 'failure', /2×2×3 = 12 values but holds `11`/],
    ['too long', Buffer.concat([images, Buffer.of(1)]), 'failure', /12 values but holds `13`/],
    ['cut gzip', gzipSync(images).subarray(0, 30), 'failure', /is damaged: gzip says `unexpected end of file`/],
  ])('refuses a file that is %s', async (name, bytes, kind, message) => {
    const path = await file(name, bytes);
    await expect(readIdx(path, 3)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
    await expect(readIdx(path, 3)).rejects.toThrow(path);
  });

  it('says so when there is no file', async () => {
    await expect(readIdx(join(directory, 'none'), 3)).rejects.toThrow(/none` cannot be read: ENOENT/);
  });
});

describe('readIdxDataset', () => {
  it('puts images and labels together', async () => {
    const data = await readIdxDataset('pair', await file('i', images), await file('l', labels));
    expect(data).toMatchObject({ name: 'pair', count: 2, shape: [2, 3, 1], classes: 8 });
    const batch = data.batch([1]);
    expect(batch.images[5]).toBe(1);
    expect([...batch.labels]).toEqual([7]);
  });

  it('refuses labels of another set, and an empty set', async () => {
    const i = await file('i', images);
    await expect(readIdxDataset('x', i, await file('l3', idxBytes([3], [0, 1, 2])))).rejects.toThrow(
      /has `3` labels for the 2 images/,
    );
    const none = await file('none-i', idxBytes([0, 2, 3], []));
    await expect(readIdxDataset('x', none, await file('none-l', idxBytes([0], [])))).rejects.toThrow(/holds no images/);
  });
});

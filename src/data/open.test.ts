import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idxBytes } from './idx-fixture.ts';
import { openDataset } from './open.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-open-'));
});
afterEach(() => rm(directory, { recursive: true }));

const pixel = PNG.sync.write(new PNG({ width: 1, height: 1 }));

describe('openDataset', () => {
  it('opens a directory of IDX files, either split', async () => {
    await writeFile(join(directory, 'train-images-idx3-ubyte.gz'), gzipSync(idxBytes([2, 1, 1], [0, 255])));
    await writeFile(join(directory, 'train-labels-idx1-ubyte'), idxBytes([2], [0, 1]));
    await writeFile(join(directory, 't10k-images.idx3-ubyte'), idxBytes([1, 1, 1], [255]));
    expect(await openDataset(directory, { split: 'train' })).toMatchObject({ count: 2, classes: 2 });
    await expect(openDataset(directory, { split: 'test' })).rejects.toThrow(/no `t10k-labels-idx1-ubyte` or/);
    await writeFile(join(directory, 't10k-labels.idx1-ubyte'), idxBytes([1], [1]));
    expect(await openDataset(directory, { split: 'test' })).toMatchObject({ count: 1 });
  });

  it('opens a folder of images as it is for training, or its subfolder of the split', async () => {
    await mkdir(join(directory, 'plain'));
    await writeFile(join(directory, 'plain', 'a.png'), pixel);
    expect(await openDataset(join(directory, 'plain'), { split: 'train' })).toMatchObject({ count: 1, classes: 0 });
    await expect(openDataset(join(directory, 'plain'), { split: 'test' })).rejects.toThrow(/has no test images/);

    await mkdir(join(directory, 'split', 'test', 'one'), { recursive: true });
    await writeFile(join(directory, 'split', 'test', 'one', 'a.png'), pixel);
    expect(await openDataset(join(directory, 'split'), { split: 'test', size: 2 })).toMatchObject({
      count: 1,
      classes: 1,
      shape: [2, 2, 1],
    });
    await expect(openDataset(join(directory, 'split'), { split: 'train' })).rejects.toThrow(/has no folder `train`/);
  });

  it('refuses what is no directory', async () => {
    await expect(openDataset(join(directory, 'nothing'), { split: 'train' })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/nothing` is neither `mnist` nor a directory/),
    });
  });

  const mnist = '../shared/data/mnist';
  it.skipIf(!existsSync(mnist))(`opens MNIST (skipped without ${mnist})`, async () => {
    const data = await openDataset(mnist, { split: 'test' });
    expect(data).toMatchObject({ name: 'mnist (test)', count: 10_000, shape: [28, 28, 1], classes: 10 });
    expect([...data.batch([0, 1, 2, 3]).labels]).toEqual([7, 2, 1, 0]);
  });
});

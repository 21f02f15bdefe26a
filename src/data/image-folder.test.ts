import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImageFolder } from './image-folder.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-images-'));
});
afterEach(() => rm(directory, { recursive: true }));

function png(width: number, height: number, [r, g, b, a = 255]: readonly number[]): Buffer {
  const image = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) image.data.set([r!, g!, b!, a], 4 * i);
  return PNG.sync.write(image);
}
function jpg(width: number, height: number, grey: number): Buffer {
  return jpeg.encode({ width, height, data: Buffer.alloc(4 * width * height, grey) }, 95).data;
}
async function put(name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(directory, name)), { recursive: true });
  await writeFile(join(directory, name), bytes);
}

describe('readImageFolder', () => {
  it('reads grey images in the order of their names, without classes', async () => {
    await put('10.png', png(4, 2, [255, 255, 255]));
    await put('9.png', png(4, 2, [0, 0, 0]));
    await put('notes.txt', Buffer.from('not an image'));
    const data = await readImageFolder(directory);
    expect(data).toMatchObject({ count: 2, shape: [2, 4, 1], classes: 0 });
    expect([...data.batch([0, 1]).images]).toEqual([...Array<number>(8).fill(-1), ...Array<number>(8).fill(1)]);
  });

  it('takes subfolders as classes and keeps colour as soon as one image has it', async () => {
    await put('cat/a.png', png(2, 2, [255, 0, 0]));
    await put('dog/b.jpg', jpg(2, 2, 200));
    await put('dog/c.PNG', png(2, 2, [255, 255, 255, 0]));
    const data = await readImageFolder(directory);
    expect(data).toMatchObject({ count: 3, shape: [2, 2, 3], classes: 2, classNames: ['cat', 'dog'] });
    const { images, labels } = data.batch([0, 1, 2]);
    expect([...labels]).toEqual([0, 1, 1]);
    expect([...images.subarray(0, 3)]).toEqual([1, -1, -1]);
    for (const value of images.subarray(12, 24)) expect(value).toBeCloseTo(200 / 127.5 - 1, 1);
    expect([...images.subarray(24, 27)]).toEqual([-1, -1, -1]);
  });

  it('refuses differing sizes unless told the size', async () => {
    await put('a.png', png(4, 4, [80, 80, 80]));
    await put('b.png', png(6, 5, [80, 80, 80]));
    await expect(readImageFolder(directory)).rejects.toThrow(/b\.png` is `6×5` pixels but `.*a\.png` is 4×4/);
    const data = await readImageFolder(directory, { size: 3 });
    expect(data).toMatchObject({ count: 2, shape: [3, 3, 1] });
    expect(data.batch([1]).images[0]).toBeCloseTo(80 / 127.5 - 1, 6);
  });

  const wholePng = png(16, 16, [1, 2, 3]);
  const wholeJpg = jpg(16, 16, 99);
  const flipped = Buffer.from(wholePng);
  flipped[flipped.length - 20]! ^= 0xff;
  const enormous = Buffer.from(wholePng);
  enormous.writeUInt32BE(60_000, 16);
  enormous.writeUInt32BE(60_000, 20);
  it.each([
    ['truncated.png', wholePng.subarray(0, wholePng.length - 25)],
    ['header-only.png', wholePng.subarray(0, 12)],
    ['flipped-bit.png', flipped],
    ['enormous.png', enormous],
    ['truncated.jpg', wholeJpg.subarray(0, wholeJpg.length - 30)],
    ['header-only.jpeg', wholeJpg.subarray(0, 40)],
    ['text.png', Buffer.from('hello')],
    ['empty.jpg', Buffer.alloc(0)],
  ])('names a damaged file: %s', async (name, bytes) => {
    await put(name, bytes);
    await expect(readImageFolder(directory)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(`${name}\` is no whole PNG or JPEG image: \`.+\``),
    });
  });

  it('refuses what holds no images, an empty class, and a mixture of images and classes', async () => {
    await expect(readImageFolder(directory)).rejects.toThrow(/holds no PNG or JPEG images/);
    await mkdir(join(directory, 'empty'));
    await expect(readImageFolder(directory)).rejects.toThrow(/empty` is a class without/);
    await put('a.png', png(1, 1, [0, 0, 0]));
    await expect(readImageFolder(directory)).rejects.toThrow(/holds images \(`a\.png`\) and folders \(`empty`\)/);
  });
});

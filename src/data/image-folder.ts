/**
 * A folder of PNG and JPEG images as a dataset; its subfolders, if it has any, are the classes.
 */
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { failure, usageError } from '../errors.ts';
import { ImageDataset } from './dataset.ts';
import { resizeSquare } from './resize.ts';
import type { ByteImage } from './resize.ts';

export interface ImageFolderOptions {
  /** Makes every image this many pixels square; without it all must be of one size. */
  size?: number;
}

/** Larger pictures are refused before their pixels are unpacked. */
const MAX_MEGAPIXELS = 100;

/**
 * The images of `directory`, in the order of their names. With subfolders each of those is a class, named after it.
 * All grey: one channel; else three. Transparency is laid over black.
 * Throws when a file is damaged, when sizes differ without `size`, when there is no image.
 */
export async function readImageFolder(directory: string, { size }: ImageFolderOptions = {}): Promise<ImageDataset> {
  const { images, folders } = await list(directory);
  if (images.length > 0 && folders.length > 0)
    throw usageError(
      `\`${directory}\` holds images (\`${images[0]}\`) and folders (\`${folders[0]}\`); put every image into a folder named after its class, or all beside each other.`,
    );
  const paths = images.map((name) => join(directory, name));
  const labels: number[] = [];
  for (const [label, folder] of folders.entries()) {
    const inside = (await list(join(directory, folder))).images;
    if (inside.length === 0)
      throw usageError(`\`${join(directory, folder)}\` is a class without PNG or JPEG images; fill it or remove it.`);
    for (const name of inside) {
      paths.push(join(directory, folder, name));
      labels.push(label);
    }
  }
  if (paths.length === 0) throw usageError(`\`${directory}\` holds no PNG or JPEG images.`);

  const decoded: ByteImage[] = [];
  for (const path of paths) {
    const image = await readImage(path);
    const first = decoded[0];
    if (size === undefined && first && (image.height !== first.height || image.width !== first.width))
      throw usageError(
        `\`${path}\` is \`${image.width}×${image.height}\` pixels but \`${paths[0]}\` is ${first.width}×${first.height}; give a size to make all alike.`,
      );
    decoded.push(size === undefined ? image : resizeSquare(image, size));
  }
  const { height, width } = decoded[0]!;
  const channels = decoded.every(isGrey) ? 1 : 3;
  const pixels = new Uint8Array(decoded.length * height * width * channels);
  decoded.forEach((image, i) => {
    const target = pixels.subarray(i * height * width * channels, (i + 1) * height * width * channels);
    if (channels === 3) target.set(image.pixels);
    else for (let p = 0; p < target.length; p++) target[p] = image.pixels[3 * p]!;
  });
  return new ImageDataset({
    name: basename(directory),
    shape: [height, width, channels],
    pixels,
    classes: folders.length,
    ...(folders.length > 0 && { labels: Int32Array.from(labels), classNames: folders }),
  });
}

async function list(directory: string): Promise<{ images: string[]; folders: string[] }> {
  const entries = (await readdir(directory, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
  const isImage = (name: string) => ['.png', '.jpg', '.jpeg'].includes(extname(name).toLowerCase());
  // numbers in names count as numbers, so that class 10 follows class 9
  const order = new Intl.Collator('en', { numeric: true }).compare;
  return {
    images: entries
      .filter((entry) => !entry.isDirectory() && isImage(entry.name))
      .map((entry) => entry.name)
      .sort(order),
    folders: entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort(order),
  };
}

/** The image at `path` as RGB. */
async function readImage(path: string): Promise<ByteImage> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw failure(`\`${path}\` cannot be read: ${(error as Error).message}.`, error);
  });
  try {
    const isPng = bytes.toString('latin1', 1, 4) === 'PNG';
    if (isPng && bytes.length >= 24 && bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_MEGAPIXELS * 1e6)
      throw new Error(`larger than ${MAX_MEGAPIXELS} megapixels`);
    const { height, width, data } = isPng
      ? PNG.sync.read(bytes)
      : jpeg.decode(bytes, { useTArray: true, tolerantDecoding: false, maxResolutionInMP: MAX_MEGAPIXELS });
    return { height, width, channels: 3, pixels: overBlack(data) };
  } catch (error) {
    throw failure(
      `\`${path}\` is no whole PNG or JPEG image: \`${(error as Error).message}\`; remove or replace it.`,
      error,
    );
  }
}

function overBlack(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3)
    for (let c = 0; c < 3; c++) rgb[to + c] = Math.round((rgba[from + c]! * rgba[from + 3]!) / 255);
  return rgb;
}

function isGrey({ pixels }: ByteImage): boolean {
  for (let i = 0; i < pixels.length; i += 3)
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false;
  return true;
}

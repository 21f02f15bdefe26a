/**
 * Opens whatever `--data` names: `mnist`, a directory of IDX files, or a folder of images.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usageError } from '../errors.ts';
import type { ImageDataset } from './dataset.ts';
import { readIdxDataset } from './idx.ts';
import { readImageFolder } from './image-folder.ts';
import { fetchMnist } from './mnist.ts';

export type Split = 'train' | 'test';

export interface OpenOptions {
  split: Split;
  /** Makes the images of a folder this many pixels square. */
  size?: number;
  /** Told the bytes received of those to come, while MNIST is fetched. */
  onProgress?: (received: number, total: number) => void;
}

/**
 * The dataset that `spec` names: `mnist` (fetched into the user's cache), a directory with IDX files
 * (`train-images-idx3-ubyte`, …, plain or `.gz`), or a folder of images (`readImageFolder`), which is taken as it is
 * for training unless it has subfolders `train` and `test`.
 */
export async function openDataset(spec: string, { split, size, onProgress }: OpenOptions): Promise<ImageDataset> {
  if (spec === 'mnist') return openIdx('mnist', await fetchMnist({ onProgress }), split);
  const isDirectory = await stat(spec).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isDirectory)
    throw usageError(`\`${spec}\` is neither \`mnist\` nor a directory; give a directory of IDX files or of images.`);
  const names = await readdir(spec);
  if (names.some((name) => /-ubyte(\.gz)?$/.test(name))) return openIdx(basename(spec), spec, split);
  if (names.includes('train') || names.includes('test')) {
    if (!names.includes(split))
      throw usageError(`\`${spec}\` has no folder \`${split}\`; add one with the images to ${split} with.`);
    return readImageFolder(join(spec, split), { size });
  }
  if (split === 'test')
    throw usageError(`\`${spec}\` has no test images; put them into folders \`train\` and \`test\` in it.`);
  return readImageFolder(spec, { size });
}

/** The names that MNIST gave its files, and those that followed it. */
const IDX_PREFIX = { train: 'train', test: 't10k' } as const;

async function openIdx(name: string, directory: string, split: Split): Promise<ImageDataset> {
  const names = await readdir(directory);
  const find = (part: string): string => {
    const pattern = new RegExp(`^${IDX_PREFIX[split]}-${part}[-.]idx\\d-ubyte(\\.gz)?$`);
    const found = names.find((candidate) => pattern.test(candidate));
    if (found === undefined)
      throw usageError(
        `\`${directory}\` has IDX files but no \`${IDX_PREFIX[split]}-${part}-idx${part === 'images' ? 3 : 1}-ubyte\` or the same with \`.gz\`; put it there.`,
      );
    return join(directory, found);
  };
  return readIdxDataset(`${name} (${split})`, find('images'), find('labels'));
}

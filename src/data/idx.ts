/**
 * IDX, the file format of MNIST: a magic number that tells type and rank, the sizes, then the values.
 */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { failure, usageError } from '../errors.ts';
import { ImageDataset } from './dataset.ts';

export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * The array of unsigned bytes in the IDX file at `path`, plain or gzipped. `rank` is how many dimensions it must have.
 * Throws a usage error when it is another kind of file, a failure when it is damaged.
 */
export async function readIdx(path: string, rank: number): Promise<IdxArray> {
  const bytes = await readMaybeGzipped(path);
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0)
    throw usageError(
      `\`${path}\` is no IDX file: it begins with \`${bytes.subarray(0, 4).toString('hex')}\`; give the files of MNIST or files in its format.`,
    );
  if (bytes[2] !== UNSIGNED_BYTE)
    throw usageError(
      `\`${path}\` holds IDX type \`0x${bytes[2]!.toString(16).padStart(2, '0')}\`; only unsigned bytes (0x08) are read: convert it.`,
    );
  if (bytes[3] !== rank)
    throw usageError(
      `\`${path}\` has \`${bytes[3]}\` dimensions where ${rank} belong: images take 3, labels 1; are the files in each other's place?`,
    );
  const header = 4 + 4 * rank;
  if (bytes.length < header)
    throw failure(`\`${path}\` ends within its header (\`${bytes.length}\` bytes); get it anew.`);
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const size = shape.reduce((a, b) => a * b, 1);
  if (bytes.length - header !== size)
    throw failure(
      `\`${path}\` announces ${shape.join('×')} = ${size} values but holds \`${bytes.length - header}\`; get it anew.`,
    );
  return { shape, values: bytes.subarray(header) };
}

/** Grey images [n, height, width] and their labels [n], from two IDX files. Throws when they do not belong together. */
export async function readIdxDataset(name: string, imagesPath: string, labelsPath: string): Promise<ImageDataset> {
  const images = await readIdx(imagesPath, 3);
  const labels = await readIdx(labelsPath, 1);
  const [count, height, width] = images.shape as [number, number, number];
  if (images.values.length === 0)
    throw usageError(`\`${imagesPath}\` holds no images (\`${images.shape.join('×')}\`).`);
  if (labels.shape[0] !== count)
    throw usageError(
      `\`${labelsPath}\` has \`${labels.shape[0]}\` labels for the ${count} images of \`${imagesPath}\`; give files that belong together.`,
    );
  const classes = labels.values.reduce((largest, label) => Math.max(largest, label), 0) + 1;
  return new ImageDataset({ name, shape: [height, width, 1], pixels: images.values, labels: labels.values, classes });
}

async function readMaybeGzipped(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw usageError(`\`${path}\` cannot be read: ${(error as Error).message}.`, error);
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return promisify(gunzip)(bytes).catch((error: unknown) => {
    throw failure(`\`${path}\` is damaged: gzip says \`${(error as Error).message}\`; get it anew.`, error);
  });
}

/**
 * MNIST from a public mirror: fetched once into the user's cache, believed only by its checksum.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { failure } from '../errors.ts';
import { cachePath } from '../paths.ts';

export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface MnistDownload {
  /** Where the files are kept. Default: the user's cache directory. */
  directory?: string;
  /** Tried in this order, each a URL that ends in `/`. */
  mirrors?: readonly string[];
  files?: readonly RemoteFile[];
  /** Told the bytes received so far, of the bytes that are to come. */
  onProgress?: (received: number, total: number) => void;
}

const MIRRORS = [
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
] as const;

/** Whether a teacher that names its dataset so has learned MNIST. */
export const isMnist = (dataset: string): boolean => /^mnist\b/.test(dataset);

/** The files as Yann LeCun published them. */
const FILES: readonly RemoteFile[] = [
  {
    name: 'train-images-idx3-ubyte.gz',
    bytes: 9_912_422,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    bytes: 28_881,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
  },
  {
    name: 't10k-images-idx3-ubyte.gz',
    bytes: 1_648_877,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    bytes: 4_542,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
  },
];

/** The directory that holds MNIST when it is there and whole; nothing is fetched. */
export async function mnistAtHand(
  directory = mnistDirectory(),
  files: readonly RemoteFile[] = FILES,
): Promise<string | undefined> {
  for (const file of files) if (!(await isWhole(join(directory, file.name), file))) return undefined;
  return directory;
}

/** The directory that holds the four files of MNIST, after fetching those that are missing or damaged. */
export async function fetchMnist({
  directory = mnistDirectory(),
  mirrors = MIRRORS,
  files = FILES,
  onProgress,
}: MnistDownload = {}): Promise<string> {
  const missing: RemoteFile[] = [];
  for (const file of files) if (!(await isWhole(join(directory, file.name), file))) missing.push(file);
  const total = missing.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  for (const file of missing) {
    const bytes = await fetchFromAny(mirrors, file, (received) => onProgress?.(done + received, total));
    done += file.bytes;
    await keep(directory, file.name, bytes);
  }
  return directory;
}

const mnistDirectory = (): string => cachePath('mnist');

async function isWhole(path: string, { sha256 }: RemoteFile): Promise<boolean> {
  try {
    return hashOf(await readFile(path)) === sha256;
  } catch {
    return false;
  }
}

async function fetchFromAny(
  mirrors: readonly string[],
  file: RemoteFile,
  onProgress: (received: number) => void,
): Promise<Buffer> {
  const reasons: string[] = [];
  for (const mirror of mirrors) {
    try {
      return await fetchFile(mirror + file.name, file, onProgress);
    } catch (error) {
      reasons.push(`${new URL(mirror).host}: ${reasonOf(error)}`);
    }
  }
  throw failure(
    `MNIST's \`${file.name}\` could not be fetched (${reasons.join('; ')}). ` +
      'Go online and try again, or give a directory that holds the IDX files with `--data DIR`.',
  );
}

async function fetchFile(url: string, file: RemoteFile, onProgress: (received: number) => void): Promise<Buffer> {
  // a mirror that decompressed in transit would change the bytes that the checksum is of
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    received += chunk.length;
    if (received > file.bytes) throw new Error(`more than the ${file.bytes} bytes expected`);
    onProgress(received);
  }
  const bytes = Buffer.concat(chunks);
  const sha256 = hashOf(bytes);
  if (sha256 !== file.sha256)
    throw new Error(`other content than expected, ${received} bytes with SHA-256 \`${sha256}\``);
  return bytes;
}

async function keep(directory: string, name: string, bytes: Buffer): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await writeFileAtomic(join(directory, name), bytes);
  } catch (error) {
    throw failure(
      `MNIST cannot be kept in \`${directory}\`: ${(error as Error).message}. ` +
        'Make that directory writable, or give a directory that holds the IDX files with `--data DIR`.',
      error,
    );
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

/**
 * `manifest.json`: the size and SHA-256 of every file of a folder, written last, so that a folder is known to be as it was made.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { failure, usageError, type DmdError } from '../../errors.ts';
import { reasonOf } from './replace-file.ts';

const MANIFEST = 'manifest.json';
const VERSION = 1;

const Version = z.object({ v: z.number().min(1) });
const Manifest = z.object({
  files: z.record(
    // a name within the folder, never a path out of it
    z.string().regex(/^\w[\w.-]*$/),
    z.object({ bytes: z.number().int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Writes the manifest of the files that are in `folder`. */
export async function writeManifest(folder: string): Promise<void> {
  const files: z.output<typeof Manifest>['files'] = {};
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name));
    files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
  }
  await writeFile(join(folder, MANIFEST), JSON.stringify({ v: VERSION, files }, null, 2) + '\n');
}

/**
 * The files of `folder` by name, each as its manifest says. A failure that names the first that is not, a usage error when
 * the folder is of a newer version.
 */
export async function readWhole(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const path = join(folder, MANIFEST);
  const content = await parsed(path);
  const version = Version.safeParse(content).data?.v;
  if (version === undefined) throw damaged(path, 'it does not say its version');
  requireVersion(path, version, VERSION);
  const manifest = Manifest.safeParse(content);
  if (!manifest.success) throw damaged(path, 'it does not list the files of a checkpoint', manifest.error);
  const files = new Map<string, Buffer>();
  for (const [name, expected] of Object.entries(manifest.data.files)) {
    files.set(name, await readAs(join(folder, name), expected));
  }
  return files;
}

/** A usage error when `version`, of the file `path`, is of a major version after `known`. */
export function requireVersion(path: string, version: number, known: number): void {
  if (Math.floor(version) <= known) return;
  throw usageError(
    `\`${path}\` is of version \`${version}\`, and this dmd-lab reads version ${known}. Install the newer dmd-lab that wrote it.`,
  );
}

/** What is wrong with the file `path` of a checkpoint. */
export const damaged = (path: string, why: string, cause?: unknown): DmdError =>
  failure(`\`${path}\` is damaged: ${why}.`, cause);

async function parsed(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw damaged(path, reasonOf(error), error);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(path, 'it is no JSON', error);
  }
}

/** The file `path`, whose size is compared before it is read. */
async function readAs(path: string, expected: { bytes: number; sha256: string }): Promise<Buffer> {
  const unreadable = (error: unknown) => damaged(path, reasonOf(error), error);
  const { size } = await stat(path).catch((error: unknown) => {
    throw unreadable(error);
  });
  if (size !== expected.bytes) throw damaged(path, `it has \`${size}\` bytes instead of ${expected.bytes}`);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(error);
  });
  const sum = sha256(bytes);
  if (sum === expected.sha256) return bytes;
  throw damaged(
    path,
    `the SHA-256 of ${basename(path)} is \`${sum.slice(0, 12)}…\` instead of ${expected.sha256.slice(0, 12)}…`,
  );
}

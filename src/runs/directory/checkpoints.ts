/**
 * Checkpoints of a run: folders `checkpoints/step-00000400/` that are there whole or not at all, and say so.
 */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeManifest } from '../files/manifest.ts';
import { writeFailure } from '../files/replace-file.ts';

export interface Checkpoint {
  /** Steps of all phases that lie behind it. */
  readonly iteration: number;
  readonly path: string;
}

/** The folder of checkpoints in a run directory. */
export const checkpointsFolder = 'checkpoints';

const checkpointName = (iteration: number): string => `step-${String(iteration).padStart(8, '0')}`;
const pattern = /^step-(\d{8,})$/;
/** What regression alone, where a run compares with it, begins from. */
export const regressionAloneName = 'regression-alone';
/** Folders that a process left which was killed while it wrote, replaced or removed one; `-old` ones are whole. */
const leftover = /^\.(step-\d{8,}|regression-alone)-\d+(-old)?$/;

/**
 * Makes the folder `path`: `write` puts its files into a folder aside, which takes its place when they and their manifest
 * are on the disk. A failure leaves what was there as it was.
 */
export async function writeFolder(path: string, write: (folder: string) => Promise<void>): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}-${process.pid}`);
  try {
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { recursive: true });
    await write(aside);
    await writeManifest(aside);
    await Promise.all((await readdir(aside)).map((name) => syncFile(join(aside, name))));
    await syncFolder(aside);
    await replaceFolder(path, aside);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    throw writeFailure(path, error);
  }
}

/** Makes the checkpoint after `iteration` in `directory`; see `writeFolder`. */
export async function writeCheckpoint(
  directory: string,
  iteration: number,
  write: (folder: string) => Promise<void>,
): Promise<Checkpoint> {
  const path = join(directory, checkpointName(iteration));
  await writeFolder(path, write);
  return { iteration, path };
}

/** The checkpoints in `directory`, oldest first; none when there is no such directory. */
export async function listCheckpoints(directory: string): Promise<Checkpoint[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries
    .flatMap((entry) => {
      const iteration = entry.isDirectory() ? iterationOf(entry.name) : undefined;
      return iteration === undefined ? [] : [{ iteration, path: join(directory, entry.name) }];
    })
    .sort((a, b) => a.iteration - b.iteration);
}

/** How often something is tried that a run removed while it was read. */
const ATTEMPTS = 4;

/**
 * What `read` makes of the last checkpoint in `directory`. A run that goes on may remove that meanwhile; when `read` fails
 * and the last one is another by then, it is tried again.
 */
export async function readLast<T>(directory: string, read: () => Promise<T>): Promise<T> {
  const last = async () => (await listCheckpoints(directory)).at(-1)?.iteration;
  for (let attempt = 1; ; attempt++) {
    const before = await last();
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || (await last()) === before) throw error;
    }
  }
}

/** The iteration in a checkpoint's name; undefined when it is no such name. */
export function iterationOf(name: string): number | undefined {
  const digits = pattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Removes all but the `keep` newest checkpoints in `directory`. */
export async function removeOlder(directory: string, keep: number): Promise<void> {
  for (const { path } of (await listCheckpoints(directory)).slice(0, -keep)) {
    // under a name that is no checkpoint's first, so that none is ever there by half
    const aside = join(directory, `.${basename(path)}-${process.pid}`);
    await rm(aside, { recursive: true, force: true });
    await rename(path, aside);
    await rm(aside, { recursive: true, force: true });
  }
}

/** Moves the checkpoints after `iteration` into `directory/NAME`, where they are no checkpoints of the run any more. */
export async function setAside(directory: string, iteration: number, name: string): Promise<void> {
  const later = (await listCheckpoints(directory)).filter((checkpoint) => checkpoint.iteration > iteration);
  if (later.length === 0) return;
  await mkdir(join(directory, name), { recursive: true });
  for (const { path } of later) await rename(path, join(directory, name, basename(path)));
}

/** Puts in order what processes left in `directory` that were killed; no other process may be at work there. */
export async function tidyCheckpoints(directory: string): Promise<void> {
  const names = new Set(await readdir(directory).catch(() => []));
  for (const name of names) {
    const [, folder, old] = leftover.exec(name) ?? [];
    if (folder === undefined) continue;
    if (old && !names.has(folder)) {
      await rename(join(directory, name), join(directory, folder));
      names.add(folder);
    } else await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** Puts `aside` in the place of `path`. A folder cannot be renamed over one that holds files. */
async function replaceFolder(path: string, aside: string): Promise<void> {
  const old = `${aside}-old`;
  await rename(path, old).catch(ignoreAbsence);
  try {
    await rename(aside, path);
  } catch (error) {
    await rename(old, path).catch(ignoreAbsence);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** The names in a folder, on the disk. */
async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

function ignoreAbsence(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

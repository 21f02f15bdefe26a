/**
 * Checkpoints of a run: folders `checkpoints/step-00000400/` that are there whole or not at all.
 */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFailure } from './files.ts';

export interface Checkpoint {
  /** Steps of all phases that lie behind it. */
  readonly iteration: number;
  readonly path: string;
}

const folderOf = (iteration: number): string => `step-${String(iteration).padStart(8, '0')}`;
const pattern = /^step-(\d{8,})$/;

/**
 * Makes the checkpoint after `iteration` in `directory`: `write` puts its files into a folder aside, which is renamed
 * when all of them are on the disk. A failure leaves those that were there as they were.
 */
export async function writeCheckpoint(
  directory: string,
  iteration: number,
  write: (folder: string) => Promise<void>,
): Promise<Checkpoint> {
  const path = join(directory, folderOf(iteration));
  const aside = join(directory, `.${folderOf(iteration)}-${process.pid}`);
  try {
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { recursive: true });
    await write(aside);
    await Promise.all((await readdir(aside)).map((name) => sync(join(aside, name))));
    await replaceFolder(path, aside);
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    throw writeFailure(path, error);
  }
  return { iteration, path };
}

/** The checkpoints in `directory`, oldest first; none when there is no such directory. */
export async function listCheckpoints(directory: string): Promise<Checkpoint[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .flatMap((name) => {
      const iteration = pattern.exec(name)?.[1];
      return iteration === undefined ? [] : [{ iteration: Number(iteration), path: join(directory, name) }];
    })
    .sort((a, b) => a.iteration - b.iteration);
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

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function ignoreAbsence(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

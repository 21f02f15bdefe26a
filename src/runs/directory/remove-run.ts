/**
 * Takes a run away: to the system's trash, from where it can be had back, or for good.
 */
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, usageError } from '../../errors.ts';
import { reasonOf } from '../files/replace-file.ts';
import { refuseLiveRun } from './attempts.ts';
import { statusFile } from './status.ts';

/** A usage error when `path` is no run directory, is a link to one, or a process works on it. */
export async function requireRemovable(path: string): Promise<void> {
  const kind = await lstat(path).catch(() => undefined);
  if (kind?.isSymbolicLink()) throw usageError(`\`${path}\` is a link. Remove what it points to, or the link itself.`);
  const status = await lstat(join(path, statusFile)).catch(() => undefined);
  if (!status) throw usageError(`\`${path}\` is no run directory: it holds no ${statusFile}. Nothing was removed.`);
  await refuseLiveRun(path);
}

/** Moves the run directory `path` to the trash, or deletes it. Errors as `requireRemovable`; a failure when it stays. */
export async function removeRun(path: string, { permanently = false } = {}): Promise<void> {
  await requireRemovable(path);
  try {
    if (permanently) return await rm(path, { recursive: true });
    const { default: trash } = await import('trash');
    await trash(path, { glob: false });
  } catch (error) {
    throw failure(
      permanently
        ? `\`${path}\` could not be deleted: ${reasonOf(error)}.`
        : `\`${path}\` could not be moved to the trash of this system: ${reasonOf(error)}. \`--permanently\` deletes without it.`,
      error,
    );
  }
}

/**
 * Files of a run for the page: those within its directory alone, reached without links, and of a modest size.
 */
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, usageError } from '../errors.ts';
import { reasonOf } from '../runs/files/replace-file.ts';

/** Bytes of the largest file that is given out. */
export const LARGEST_FILE = 2 ** 26;

/** What the folders and files of a run are called: no way up, no drive, no stream, nothing hidden. */
const part = /^\w[\w .()+@,=-]*$/;
/** It holds what lets one into the run. */
const secret = 'control.json';

/**
 * The bytes of the file `path`, with `/` between its parts, in the run directory `directory`. A usage error when it leads out
 * of that, is a link or no file, or is too large; a failure when it is not there or cannot be read.
 */
export async function readRunFile(directory: string, path: string): Promise<ArrayBuffer> {
  const parts = path.split('/');
  if (!parts.every((name) => part.test(name)) || path.startsWith(secret))
    throw usageError(`\`${path}\` is no file of a run. Give a path that an event names.`);
  let whole = directory;
  for (const name of parts) {
    whole = join(whole, name);
    if ((await lstat(whole).catch(() => undefined))?.isSymbolicLink())
      throw usageError(
        `\`${path}\` leads over a link, which is not followed. Put the file itself into the run directory.`,
      );
  }
  const unreadable = (error: unknown) => failure(`\`${path}\` of the run cannot be read: ${reasonOf(error)}.`, error);
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(whole, flags).catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw usageError(`\`${path}\` is no file of a run. Give a path that an event names.`);
    if (found.size > LARGEST_FILE)
      throw usageError(
        `\`${path}\` has \`${found.size}\` bytes, and a page is given files of at most ${LARGEST_FILE}.`,
      );
    const bytes = new Uint8Array(found.size);
    // a file that is being replaced is read as the one that was opened; one that is cut short ends earlier
    const { bytesRead } = await file.read(bytes, 0, found.size, 0).catch((error: unknown) => {
      throw unreadable(error);
    });
    return bytesRead === found.size ? bytes.buffer : bytes.buffer.slice(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Files of a run: written whole or not at all, and every failure names the file.
 */
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { DmdError, failure } from '../../errors.ts';

/** Why the system refused, for people. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full; free some space and try again';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `it may not be written (\`${code}\`); choose another place with \`--out\``;
    case 'ENOENT':
      return 'there is none';
    default:
      return message;
  }
}

/** What went wrong in writing `path`, as a failure; failures that say so already stay as they are. */
export function writeFailure(path: string, error: unknown): DmdError {
  if (error instanceof DmdError) return error;
  return failure(`\`${path}\` could not be written: ${reasonOf(error)}.`, error);
}

/** Puts `content` in the place of what `path` held, aside first; `mode` as of chmod. A failure that names the file. */
export async function replaceFile(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const data = typeof content === 'string' ? content : Buffer.from(content.buffer, content.byteOffset, content.length);
  await writeFileAtomic(path, data, { mode }).catch((error: unknown) => {
    throw writeFailure(path, error);
  });
}

/** `replaceFile` with `value` as JSON, for people to read too. */
export const replaceJson = (path: string, value: unknown): Promise<void> =>
  replaceFile(path, JSON.stringify(value, null, 2) + '\n');

/** The JSON in `path`; undefined when there is no such file or it holds none. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

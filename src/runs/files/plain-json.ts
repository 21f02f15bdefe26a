/**
 * JSON in directories that anybody may have made: read from plain files of a modest size alone, never from a link to
 * elsewhere, nor from what never ends.
 */
import { lstat } from 'node:fs/promises';
import { readJson } from './replace-file.ts';

const MOST_BYTES = 2 ** 20;

/** The JSON in `path`; undefined when there is no such file, or it is a link, too large, or no JSON. */
export async function readPlainJson(path: string): Promise<unknown> {
  const file = await lstat(path).catch(() => undefined);
  return file?.isFile() && file.size <= MOST_BYTES ? readJson(path) : undefined;
}

/**
 * Where files of this package and of its user lie.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** The path of a file that the package ships, whether it runs from its sources or bundled. */
export function packagePath(...parts: string[]): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('internal: the package has lost its package.json');
    directory = parent;
  }
  return join(directory, ...parts);
}

/** A path in the user's cache, for what can be made again. */
export const cachePath = (...parts: string[]): string => join(envPaths('dmd-lab', { suffix: '' }).cache, ...parts);

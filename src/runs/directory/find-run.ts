/**
 * The run that a person means: by its directory, by its name among the runs here, or the latest of them.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { usageError } from '../../errors.ts';
import { defaultRunsDirectory } from './directory.ts';
import { statusFile } from './status.ts';

/** How many names an error offers. */
const OFFERED = 3;

/**
 * The absolute path of the run directory that `text` means: a path, a name within `folder`, or `latest`, the run there
 * that began last. A usage error that offers the nearest names when there is none.
 */
export async function findRun(text: string, folder = defaultRunsDirectory): Promise<string> {
  if (text === 'latest') return latestRun(folder);
  const path = resolve(text);
  if (await isRun(path)) return path;
  const named = join(resolve(folder), text);
  if (basename(text) === text && (await isRun(named))) return named;
  throw usageError(
    (await stat(path).catch(() => undefined))
      ? `\`${text}\` is no run directory: it holds no ${statusFile}. ${await nearestTo(text, folder)}`
      : `There is no run \`${text}\`, neither as a directory nor by name in \`${folder}\`. ${await nearestTo(text, folder)}`,
  );
}

/** Paths of the runs in `folder`, the one that began last first. */
export async function runPaths(folder: string = defaultRunsDirectory): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const runs = await Promise.all(
    names.map(async (name) => {
      const path = join(resolve(folder), name);
      // written once, when a run takes its directory
      const config = await stat(join(path, 'config.json')).catch(() => undefined);
      return config && (await isRun(path)) ? [{ path, began: config.mtimeMs }] : [];
    }),
  );
  return runs
    .flat()
    .sort((a, b) => b.began - a.began || (a.path < b.path ? 1 : -1))
    .map(({ path }) => path);
}

async function latestRun(folder: string): Promise<string> {
  const [latest] = await runPaths(folder);
  if (latest === undefined)
    throw usageError(`There is no \`latest\` run: \`${folder}\` holds none. Give the path of a run directory.`);
  return latest;
}

async function nearestTo(text: string, folder: string): Promise<string> {
  const names = (await runPaths(folder)).map((path) => basename(path));
  const strangeness = (name: string) => (name.includes(text) ? 0 : distance(name, basename(text)));
  const nearest = names.sort((a, b) => strangeness(a) - strangeness(b)).slice(0, OFFERED);
  if (nearest.length === 0) return 'Give the path of a run directory.';
  return `The nearest in \`${folder}\`: ${nearest.map((name) => `\`${name}\``).join(', ')}.`;
}

const isRun = async (path: string): Promise<boolean> =>
  (await stat(join(path, statusFile)).catch(() => undefined))?.isFile() ?? false;

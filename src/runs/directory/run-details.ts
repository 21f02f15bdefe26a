/**
 * All that can be said of one run without opening its tensors.
 */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Config } from '../../distillation/config.ts';
import { usageError } from '../../errors.ts';
import { differencesFromPreset, type FromPreset } from '../configuration/config-differences.ts';
import { readPlainJson } from '../files/plain-json.ts';
import { listCheckpoints } from './checkpoints.ts';
import { summariseRun, type RunSummary } from './list.ts';
import { readNotes } from './notes.ts';
import { statusFile } from './status.ts';

export interface RunDetails extends RunSummary {
  /** The preset that its configuration is nearest to, and in what it differs; undefined when it cannot be read. */
  readonly configuration?: FromPreset;
  /** Oldest first. */
  readonly checkpoints: readonly { readonly iteration: number; readonly path: string; readonly bytes: number }[];
  /** Of all its files. */
  readonly bytes: number;
  readonly notes: string;
}

/** The run in the directory `path`. A usage error when there is none. */
export async function runDetails(path: string): Promise<RunDetails> {
  const summary = await summariseRun(path);
  if (!summary) throw usageError(`\`${path}\` is no run directory: it holds no ${statusFile}.`);
  const config = Config.safeParse(await readPlainJson(join(path, 'config.json'))).data;
  const checkpoints = await listCheckpoints(join(path, 'checkpoints'));
  return {
    ...summary,
    configuration: config && differencesFromPreset(config),
    checkpoints: await Promise.all(
      checkpoints.map(async (checkpoint) => ({ ...checkpoint, bytes: await bytesIn(checkpoint.path) })),
    ),
    bytes: await bytesIn(path),
    notes: (await readNotes(path)).notes,
  };
}

/** Of all files in `folder`, at any depth, without following links. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  // a file of a live run may go at any moment
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      lstat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

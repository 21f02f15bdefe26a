/**
 * The generator that a person means: a file, a checkpoint, or a run's latest; and the run that a generator is of.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Config } from '../../distillation/config.ts';
import { usageError } from '../../errors.ts';
import { listCheckpoints } from '../directory/checkpoints.ts';
import { findRun } from '../directory/find-run.ts';
import { readJson } from '../files/replace-file.ts';

const NAME = 'generator.safetensors';

/**
 * The path of the generator file for `text`: itself, or in a checkpoint, a run (as `findRun` takes it), or that run's last
 * checkpoint. A usage error when there is none.
 */
export async function findGenerator(text: string): Promise<string> {
  const kind = await stat(text).catch(() => undefined);
  if (kind?.isFile()) return text;
  const path = kind ? text : await findRun(text);
  const last = (await listCheckpoints(join(path, 'checkpoints'))).at(-1)?.path;
  for (const folder of [path, ...(last === undefined ? [] : [last])]) {
    const candidate = join(folder, NAME);
    if (await stat(candidate).catch(() => undefined)) return candidate;
  }
  throw usageError(`\`${text}\` holds no ${NAME} and no checkpoint. Give a run directory, a checkpoint or a ${NAME}.`);
}

/** The configuration of the run that the generator file `path` lies in, by itself or in a checkpoint; else undefined. */
export async function configOfGenerator(path: string): Promise<Config | undefined> {
  const folder = dirname(path);
  const run = basename(dirname(folder)) === 'checkpoints' ? dirname(dirname(folder)) : folder;
  return Config.safeParse(await readJson(join(run, 'config.json'))).data;
}

/**
 * The generator that a path means: a file, a checkpoint, or a run's latest.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../errors.ts';
import { listCheckpoints } from './checkpoints.ts';

const NAME = 'generator.safetensors';

/** The path of the generator file for `path`: itself, or in a checkpoint, a run directory, or that run's last checkpoint. */
export async function findGenerator(path: string): Promise<string> {
  const kind = await stat(path).catch(() => undefined);
  if (!kind) throw usageError(`There is no \`${path}\`. Give a run directory, a checkpoint or a ${NAME}.`);
  if (kind.isFile()) return path;
  const last = (await listCheckpoints(join(path, 'checkpoints'))).at(-1)?.path;
  for (const folder of [path, ...(last === undefined ? [] : [last])]) {
    const candidate = join(folder, NAME);
    if (await stat(candidate).catch(() => undefined)) return candidate;
  }
  throw usageError(`\`${path}\` holds no ${NAME} and no checkpoint. Give a run directory, a checkpoint or a ${NAME}.`);
}

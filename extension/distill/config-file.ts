/**
 * A `*.dmd.json` file as somebody wrote it, and where its teacher is.
 */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { ConfigInput } from '../../src/distillation/config.ts';

/**
 * What the file asks for, checked. A teacher that is a relative path is looked for in `folder`, where commands run, then
 * beside the file. A usage error names what is wrong in the file, and what may be there.
 */
export async function readConfigFile(file: string, folder = dirname(file)): Promise<ConfigInput> {
  const { readWishes } = await import('../../src/runs/configuration/configuration.ts');
  const config = await readWishes({ file });
  const { teacher } = config;
  if (teacher === undefined || isAbsolute(teacher)) return config;
  for (const from of [folder, dirname(file)]) {
    const path = resolve(from, teacher);
    if ((await stat(path).catch(() => undefined))?.isFile()) return { ...config, teacher: path };
  }
  return config;
}

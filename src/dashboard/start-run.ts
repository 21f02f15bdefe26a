/**
 * Starts what somebody asks for: a new run from a configuration, or from a mixture that was drawn.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { presetConfig } from '../distillation/presets.ts';
import { checkWishes } from '../runs/configuration/configuration.ts';
import { unusedPath } from '../runs/directory/directory.ts';
import { replaceJson, writeFailure } from '../runs/files/replace-file.ts';
import { checkMixture } from '../teachers/mixture-file.ts';
import { launchRun, type RunProcess } from './launch-run.ts';
import type { Requests } from './protocol.ts';

export type StartOptions = Requests['start']['ask'] &
  RunProcess & {
    /** The folder of runs; a drawn mixture goes into `mixtures` beside it. */
    readonly directory: string;
  };

/**
 * Starts what is asked for and returns the absolute path of its run directory as soon as the run says how it is: at once,
 * or when a student has been fitted to a new mixture. A usage error when configuration, preset or mixture are wrong; else
 * the error that the process ended with, and nothing is left behind.
 */
export async function startRun({ config, preset, mixture, directory, node, env }: StartOptions): Promise<string> {
  const wishes = { ...checkWishes(config, 'In the configuration') };
  if (mixture) wishes.teacher = await writeMixture(mixture, join(dirname(resolve(directory)), 'mixtures'));
  const teacher = wishes.teacher ?? 'mnist';
  presetConfig(teacher, preset);

  const run = await reserve(directory, teacher);
  const aside = await mkdtemp(join(tmpdir(), 'dmd-lab-start-'));
  try {
    const file = join(aside, 'run.dmd.json');
    await writeFile(file, JSON.stringify(wishes));
    const args = ['distill', '--config', file, '--out', run, ...(preset ? ['--preset', preset] : [])];
    await launchRun(run, args, { node, env });
    return run;
  } catch (error) {
    // not when it holds something
    await rmdir(run).catch(() => undefined);
    throw error;
  } finally {
    await rm(aside, { recursive: true });
  }
}

/** The path of the file of this mixture, written if need be. */
async function writeMixture({ means, std }: NonNullable<StartOptions['mixture']>, folder: string): Promise<string> {
  const content = checkMixture({ v: 1, modes: means.map((mean) => ({ mean, std })) }, 'In the drawn mixture');
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
  const path = join(folder, `drawn-${hash}.mixture.json`);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw writeFailure(folder, error);
  });
  await replaceJson(path, content);
  return path;
}

/** An empty directory for a run, which is nobody else's. */
async function reserve(directory: string, teacher: string): Promise<string> {
  for (;;) {
    const path = resolve(await unusedPath(teacher, directory));
    try {
      await mkdir(dirname(path), { recursive: true });
      await mkdir(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFailure(path, error);
    }
  }
}

/**
 * Starts a run in a process of its own, which goes on when this one ends.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { presetConfig } from '../distillation/presets.ts';
import { DmdError, failure } from '../errors.ts';
import { packagePath } from '../paths.ts';
import { checkWishes } from '../runs/configuration.ts';
import { unusedPath } from '../runs/directory.ts';
import { replaceJson, writeFailure } from '../runs/files.ts';
import { readStatus } from '../runs/status.ts';
import { checkMixture } from '../teachers/mixture-file.ts';
import type { Requests } from './protocol.ts';

export type StartOptions = Requests['start']['ask'] & {
  /** The folder of runs; a drawn mixture goes into `mixtures` beside it. */
  readonly directory: string;
  /** What runs the process; default: what runs this one. */
  readonly node?: string;
  /** Its environment besides this process' own. */
  readonly env?: Readonly<Record<string, string>>;
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
    const args = ['distill', '--config', file, '--out', run, '--json', ...(preset ? ['--preset', preset] : [])];
    const ended = await launch(args, { aside, node, env });
    while (!ended.how && !(await readStatus(run))) await setTimeout(50);
    if (!(await readStatus(run))) throw await lastWords(aside, ended.how!);
    return run;
  } catch (error) {
    // not when it holds something
    await rmdir(run).catch(() => undefined);
    throw error;
  } finally {
    // what the process has open for its words, some systems do not remove
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
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

interface Ended {
  /** How the process ended, for people; undefined while it runs. */
  how?: string;
}

/** Starts the command; what it says goes into files in `aside`, so that it misses nobody when this process ends. */
async function launch(
  args: readonly string[],
  { aside, node = process.execPath, env }: { aside: string } & Pick<StartOptions, 'node' | 'env'>,
): Promise<Ended> {
  const files = await Promise.all(['stdout', 'stderr'].map((name) => open(join(aside, name), 'w')));
  const ended: Ended = {};
  try {
    const child = spawn(node, [packagePath('dist', 'cli.js'), ...args], {
      detached: true,
      windowsHide: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', ...files.map(({ fd }) => fd)],
    });
    child.on('error', (error) => (ended.how = `\`${node}\` could not be started: ${error.message}`));
    child.on('exit', (code, signal) => (ended.how ??= signal ?? `exit code ${code}`));
    child.unref();
    return ended;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** Why the process ended: its error when it told one, else the last line that it wrote. */
async function lastWords(aside: string, how: string): Promise<DmdError> {
  const [stdout, stderr] = await Promise.all(
    ['stdout', 'stderr'].map(async (name) => (await readFile(join(aside, name), 'utf8')).trim().split('\n').at(-1)!),
  );
  try {
    const { error } = JSON.parse(stdout!) as { error: { kind: string; message: string } };
    return new DmdError(error.kind === 'usage' ? 'usage' : 'failure', error.message);
  } catch {
    return failure(`The run did not start (${how})${stderr ? `: ${stderr}` : ''}.`);
  }
}

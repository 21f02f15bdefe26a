/**
 * Runs from cells: begun in the kernel or in a process of their own, gone on with, or opened.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startRun } from '../dashboard/start-run.ts';
import type { ConfigInput } from '../distillation/config.ts';
import type { PresetName } from '../distillation/presets.ts';
import { configure } from '../runs/configuration/configuration.ts';
import { defaultRunsDirectory, unusedPath } from '../runs/directory/directory.ts';
import { findRun } from '../runs/directory/find-run.ts';
import { isLive, readStatus } from '../runs/directory/status.ts';
import type { HostOptions } from '../runs/training/begin.ts';
import { DistillationRun } from '../runs/training/distillation-run.ts';
import { EndedRun } from './ended-run.ts';
import { EventBook } from './event-book.ts';
import { keep } from './kept-runs.ts';
import { KernelRun } from './kernel-run.ts';
import { ProcessRun } from './process-run.ts';
import { showProgress } from './progress.ts';

export interface RunOptions {
  /** `quick` or `long`; default `quick`. */
  readonly preset?: PresetName;
  /** The run directory; default: a new one in `runsFolder()`. */
  readonly out?: string;
}

/**
 * A new run in the kernel, before its first step, with its engine started, directory and control socket: the dashboard shows
 * it and acts on it during cells and between them. A usage error when a key of the configuration is wrong.
 *
 * ```ts
 * const run = await distiller({ teacher: 'two-modes', steps: 200 });
 * const report = await run.step(20);
 * ```
 */
export async function distiller(wishes: ConfigInput = {}, { preset, out }: RunOptions = {}): Promise<KernelRun> {
  const config = configure(wishes, preset);
  const path = out ?? (await unusedPath(config.teacher, runsFolder()));
  return inKernel((host) => DistillationRun.create({ config, out: path, ...host }));
}

/** Goes on with a run that had stopped, in the kernel, from its last checkpoint; see `DistillationRun.resume`. */
export async function resumeRun(text = 'latest'): Promise<KernelRun> {
  const from = await findRun(text, runsFolder());
  return inKernel((host) => DistillationRun.resume({ from, ...host }));
}

/** A new run in the kernel from the last checkpoint of another, with other settings; see `DistillationRun.fork`. */
export async function forkRun(text: string, wishes: ConfigInput, { out }: RunOptions = {}): Promise<KernelRun> {
  const from = await findRun(text, runsFolder());
  const path = out ?? (await unusedPath(wishes.teacher ?? 'fork', runsFolder()));
  return inKernel((host) => DistillationRun.fork({ from, wishes, out: path, ...host }));
}

/**
 * A new run in a process of its own, which trains at once and goes on when the notebook is closed: long work. The same object
 * and the same figures as for `distiller`.
 *
 * ```ts
 * const run = await distillInProcess({ teacher: 'mnist' });
 * live(() => losses(run), run);
 * const summary = await run.run(); // or close the notebook, and later: await openRun('latest')
 * ```
 */
export async function distillInProcess(
  wishes: ConfigInput = {},
  { preset }: Omit<RunOptions, 'out'> = {},
): Promise<ProcessRun> {
  return ProcessRun.attach(await startRun({ config: wishes, preset, directory: runsFolder() }));
}

/** The run of that name, path, or `latest`: connected to when it is live, else to be looked at and drawn from. */
export async function openRun(text = 'latest'): Promise<ProcessRun | EndedRun> {
  const path = await findRun(text, runsFolder());
  const status = await readStatus(path);
  return status && (await isLive(status)) ? ProcessRun.attach(path) : EndedRun.open(path);
}

/**
 * Where the runs of this notebook are: `DMD_LAB_RUNS` when that is set; else in the nearest folder, from the notebook's own
 * upwards, that has a `.dmd`; else in the notebook's own.
 */
export function runsFolder(): string {
  const given = process.env['DMD_LAB_RUNS'];
  if (given) return given;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.dmd'))) return join(folder, defaultRunsDirectory);
    if (dirname(folder) === folder) return join(process.cwd(), defaultRunsDirectory);
  }
}

async function inKernel(begin: (host: HostOptions) => Promise<DistillationRun>): Promise<KernelRun> {
  const book = new EventBook();
  const progress = showProgress();
  try {
    const distillation = await begin({
      onStart: (directory) => directory.onEvent((event) => book.add(event)),
      onProgress: progress.tell,
    });
    return keep(new KernelRun(distillation, book));
  } finally {
    progress.end();
  }
}

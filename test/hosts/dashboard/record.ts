/**
 * Runs for the page to show: two that are recorded once and kept in .cache/, and any number that live.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { readStatus } from '../../../src/runs/directory/status.ts';

const kept = resolve('.cache/dashboard');
/** The command's own caches, so that a student is fitted once. */
const env = { ...process.env, XDG_CACHE_HOME: join(kept, 'cache'), XDG_DATA_HOME: join(kept, 'data') };
const cli = resolve('dist/cli.js');

/** The directory of the recorded runs. */
export const recorded = join(kept, 'runs');
/** A run of points in the plane, and one of digits. */
export const points = join(recorded, 'points');
export const digits = join(recorded, 'digits');

const set = (settings: Readonly<Record<string, number>>): string[] =>
  Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

const often = { samplesEvery: 4, probeEvery: 8, layersEvery: 8, checkpointEvery: 20, evaluationSamples: 500 };
// said in full: what the tests look for is where these settings bring a run, whatever the presets become
const twoModes = [
  ...['--teacher', 'two-modes', '--threads', '1'],
  ...set({ ...often, 'warmup.regressionSteps': 0, 'warmup.fakeSteps': 0, batchSize: 128, fakeUpdates: 1 }),
  ...set({ learningRate: 5e-4, fakeLearningRate: 5e-4 }),
];
const mnist = [
  ...['--teacher', 'mnist', '--preset', 'quick', '--threads', '1'],
  ...set({ ...often, pairs: 32, 'warmup.regressionSteps': 12, 'warmup.fakeSteps': 2, batchSize: 8 }),
];

/** Records what is not there yet. */
export function recordRuns(): void {
  record(points, [...twoModes, '--steps', '60', ...set({ pairs: 128 })]);
  record(digits, [...mnist, '--steps', '16']);
}

function record(out: string, args: readonly string[]): void {
  if (existsSync(join(out, 'summary.json'))) return;
  rmSync(out, { recursive: true, force: true });
  const { status, stderr } = spawnSync(process.execPath, [cli, 'distill', ...args, '--out', out], {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`A run for the dashboard's tests could not be recorded: ${stderr}`);
}

/** A two-modes run whose numbers become infinite. */
export function recordFailure(out: string): void {
  const args = [...twoModes, '--steps', '60', ...set({ pairs: 128, learningRate: 1, fakeLearningRate: 1 })];
  const { status } = spawnSync(process.execPath, [cli, 'distill', ...args, '--out', out], { env });
  if (status !== 1) throw new Error(`A run that should have failed ended with ${status}.`);
}

export interface LiveRun {
  readonly path: string;
  readonly process: ChildProcess;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

const live = {
  points: [...twoModes, ...set({ pairs: 128, samplesEvery: 20, probeEvery: 40 })],
  digits: [...mnist, ...set({ 'warmup.regressionSteps': 0, 'warmup.fakeSteps': 1, samplesEvery: 2, probeEvery: 4 })],
};

/**
 * A run that goes on until it is stopped, or its test ends; of points, or of digits, whose steps are slow. Resolves when it
 * takes steps.
 */
export async function startLiveRun(path: string, of: keyof typeof live = 'points'): Promise<LiveRun> {
  rmSync(path, { recursive: true, force: true });
  const args = [...live[of], '--steps', '1000000'];
  const child = spawn(process.execPath, [cli, 'distill', ...args, '--out', path], { env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  while ((await readStatus(path))?.state !== 'running') {
    if (child.exitCode !== null) throw new Error(`The live run ended with ${child.exitCode}.`);
    await setTimeout(100);
  }
  return { path, process: child, kill };
}

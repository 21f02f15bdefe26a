/**
 * Runs that are small: of points in the plane, on one thread, by the built command.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readStatus } from '../../../src/runs/directory/status.ts';

/** A configuration that begins at once and goes on until it is stopped. */
export const endless = {
  teacher: 'two-modes',
  threads: 1,
  steps: 1_000_000,
  pairs: 64,
  samplerSteps: 8,
  evaluationSamples: 200,
  warmup: { regressionSteps: 0, fakeSteps: 0 },
} as const;

const cli = resolve('dist/cli.js');
const env = { ...process.env, XDG_CACHE_HOME: resolve('.cache/vscode/cache') };

/** Lets a run of `steps` steps come to its end in the directory `out`. */
export function distil(out: string, steps: number): void {
  const { status, stderr } = spawnSync(process.execPath, command(out, { ...endless, steps }), {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`The run \`${out}\` could not be distilled: ${stderr}`);
}

/** Begins an endless run in the directory `out`; resolves when it takes steps. It ends with the folder's server. */
export async function begin(out: string, settings: object = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, command(out, { ...endless, ...settings }), { env, stdio: 'ignore' });
  while ((await readStatus(out))?.state !== 'running') {
    if (child.exitCode !== null) throw new Error(`The run \`${out}\` ended with ${child.exitCode}.`);
    await setTimeout(50);
  }
  return child;
}

function command(out: string, config: object): string[] {
  const file = `${out}.dmd.json`;
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(file, JSON.stringify(config));
  return [cli, 'distill', '--config', file, '--out', out];
}

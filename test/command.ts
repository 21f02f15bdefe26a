/**
 * The command as tests run it: a process of its own in a folder of its own, with teachers that know nothing, so that a run
 * begins at once.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll } from 'vitest';
import { startEngine } from '../src/engine/start.ts';
import { saveNetwork } from '../src/networks/build.ts';
import { mlp } from '../src/networks/mlp.ts';
import { unet } from '../src/networks/unet.ts';
import { Random } from '../src/random.ts';
import { ensureBuilt } from './built.ts';

export const cli = resolve('dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  /** Where the command runs; gone after the tests. */
  readonly folder: string;
  /** A teacher of points in the plane. */
  readonly points: string;
  /** A teacher of images 8×8×3 with two classes. */
  readonly images: string;
  /** Runs the command; `onStderr` is shown all of stderr whenever it grows. */
  run(args: readonly string[], onStderr?: (stderr: string, child: ChildProcess) => void): Promise<Ended>;
}

/** The command for the tests of a file, which is to call this once, outside of them. */
export function commandInFolder(): Command {
  const folder = mkdtempSync(join(tmpdir(), 'dmd-cli-'));
  const points = join(folder, 'points.safetensors');
  const images = join(folder, 'images.safetensors');
  beforeAll(async () => {
    ensureBuilt();
    await startEngine({ engine: 'cpu' });
    const networks = [
      [points, mlp({ width: 16, layers: 1 })],
      [images, unet({ imageShape: [8, 8, 3], channels: [8, 8], blocks: [1, 1], classes: 2, embeddingWidth: 16 })],
    ] as const;
    for (const [path, network] of networks) {
      const params = network.init(Random.fromSeed(0));
      await saveNetwork(path, network, params);
      tf.dispose(params);
    }
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  return { folder, points, images, run: (args, onStderr) => run(folder, args, onStderr) };
}

/** What `--json` left on stdout. */
export const lastLine = ({ stdout }: Ended): Record<string, unknown> =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

/** Arguments that distil `teacher` with as little as possible around the steps. */
export const distil = (teacher: string, ...args: string[]): string[] => {
  const settings = [
    'batchSize=4',
    'pairs=4',
    'samplerSteps=2',
    'samplesEvery=0',
    'warmup.regressionSteps=0',
    'warmup.fakeSteps=0',
  ];
  return ['distill', '--teacher', teacher, '--threads', '1', ...settings.flatMap((text) => ['--set', text]), ...args];
};

function run(
  folder: string,
  args: readonly string[],
  onStderr?: (stderr: string, child: ChildProcess) => void,
): Promise<Ended> {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), XDG_DATA_HOME: join(folder, 'data-home') };
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    onStderr?.(stderr, child);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

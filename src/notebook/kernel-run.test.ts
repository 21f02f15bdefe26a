import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { ConfigInput } from '../distillation/config.ts';
import { startEngine } from '../engine/start.ts';
import { saveNetwork } from '../networks/build.ts';
import { mlp } from '../networks/mlp.ts';
import { Random } from '../random.ts';
import { shortNumber } from '../runs/charts/short-number.ts';
import { connectRun } from '../runs/control/client.ts';
import { readStatus } from '../runs/directory/status.ts';
import { distiller, forkRun, openRun, resumeRun } from './distiller.ts';
import { EndedRun } from './ended-run.ts';
import { algorithm1 } from './figures/algorithm1.ts';
import { samples } from './figures/samples.ts';
import { scores } from './figures/scores.ts';
import { format } from './format.ts';
import type { KernelRun } from './kernel-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-notebook-'));
const teacher = join(folder, 'points.safetensors');
const runs: KernelRun[] = [];

beforeAll(async () => {
  process.env['DMD_LAB_RUNS'] = join(folder, 'runs');
  await startEngine({ engine: 'cpu' });
  const network = mlp({ width: 8, layers: 1 });
  const params = network.init(Random.fromSeed(0));
  await saveNetwork(teacher, network, params);
  tf.dispose(params);
  return () => {
    delete process.env['DMD_LAB_RUNS'];
    rmSync(folder, { recursive: true });
  };
});
afterEach(async () => {
  for (const run of runs.splice(0)) await run.close();
});

const settings: ConfigInput = { engine: 'cpu', batchSize: 8, pairs: 16, samplerSteps: 2, evaluationSamples: 50, lambdaReg: 0.1, warmup: { regressionSteps: 2, fakeSteps: 1 }, layersEvery: 0 }; // prettier-ignore

async function begun(more: ConfigInput = {}): Promise<KernelRun> {
  const run = await distiller({ teacher, steps: 40, ...settings, ...more });
  runs.push(run);
  return run;
}

/** Waits until `holds`, which it does within seconds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000 && !(await holds()); i++) await setTimeout(10);
  expect(await holds()).toBe(true);
}

it('cells and messages step the same run, between cells too, and it says that it is paused', async () => {
  const run = await begun();
  expect([run.state, run.iteration]).toEqual(['paused', 0]);
  expect((await run.step(20)).step).toBe(17);
  await until(async () => (await readStatus(run.path))?.state === 'paused');
  expect(run.state).toBe('paused');

  const client = await connectRun(run.path);
  expect(client.welcome.state).toBe('paused');
  await client.send({ type: 'stepGenerator' });
  await client.send({ type: 'stepFake' });
  expect(run.iteration).toBe(20);
  expect((await client.send({ type: 'step' })).iteration).toBe(21);
  expect(run.iteration).toBe(21);
  expect((await run.step()).step).toBe(19);
  expect(run.iteration).toBe(22);
  client.close();
});

it('what pauses it during a cell holds the cell, and lets it go on', async () => {
  const run = await begun();
  await run.step();
  const client = await connectRun(run.path);
  let hasEnded = false;
  const cell = run.step(30).then(() => (hasEnded = true));
  const { iteration } = await client.send({ type: 'pause' });
  expect(iteration).toBeLessThan(31);
  expect((await client.send({ type: 'step' })).iteration).toBe(iteration + 1);
  await setTimeout(400);
  expect([hasEnded, run.iteration, run.state]).toEqual([false, iteration + 1, 'paused']);
  await client.send({ type: 'resume' });
  await cell;
  // the step by hand comes on top
  expect(run.iteration).toBe(32);
  client.close();
});

it('let go on between cells, it steps by itself, until a cell takes over', async () => {
  const run = await begun({ steps: 100_000 });
  const client = await connectRun(run.path);
  await client.send({ type: 'resume' });
  await until(() => run.iteration > 5);
  await run.step(3);
  const { iteration } = run;
  await setTimeout(500);
  expect([run.iteration, run.state]).toEqual([iteration, 'paused']);
  await run.resume();
  await until(() => run.iteration > iteration + 5);
  await run.pause();
  const paused = run.iteration;
  await setTimeout(100);
  expect([run.iteration, run.state]).toEqual([paused, 'paused']);
  client.close();
});

it('an interrupt ends a cell’s steps, and the next cell goes on', async () => {
  const run = await begun({ steps: 100_000 });
  const cell = run.step(50_000);
  await until(() => run.iteration > 5);
  run.interrupt();
  await cell;
  const { iteration } = run;
  expect(iteration).toBeLessThan(50_000);
  // one that waits since the dashboard has paused it
  const client = await connectRun(run.path);
  const waiting = run.step(50_000);
  await client.send({ type: 'pause' });
  run.interrupt();
  await setTimeout(50);
  const before = run.iteration;
  await Promise.all([run.step(2), waiting]);
  expect(run.iteration).toBe(before + 2);
  client.close();
});

it('runs to its end and its results; then it is looked at and drawn from, here and when it is opened', async () => {
  const run = await begun({ steps: 6 });
  await run.step(4);
  const live = await run.sample(5);
  expect(live.shape).toEqual([5, 2]);
  const summary = await run.run();
  expect([summary.state, summary.steps, run.state]).toEqual(['finished', 6, 'finished']);
  await expect(run.step()).rejects.toThrow('has ended');
  const opened = (await openRun('latest')) as EndedRun;
  expect(opened).toBeInstanceOf(EndedRun);
  expect(opened.path).toBe(run.path);
  expect(await opened.run()).toEqual(JSON.parse(readFileSync(join(run.path, 'summary.json'), 'utf8')));
  await expect(opened.step()).rejects.toThrow('forkRun');
  const [a, b] = await Promise.all([run.sample(5), opened.sample(5)]);
  expect(a.values).toEqual(b.values);
  expect(a.values).not.toEqual(live.values);
  const seen = await opened.inspect({ samples: 3, t: 1 });
  expect([seen.tensors.mu_real.shape, seen.iteration]).toEqual([[3, 2], 9]);
});

it('is resumed and forked from its checkpoint', async () => {
  const run = await begun();
  await run.step(5);
  const path = await run.checkpoint();
  expect(path).toContain('step-00000005');
  await run.close();
  expect(run.state).toBe('stopped');
  const again = await resumeRun(run.name);
  runs.push(again);
  expect([again.path, again.iteration]).toEqual([run.path, 5]);
  await again.step();
  const fork = await forkRun(run.name, { lambdaReg: 0.5 });
  runs.push(fork);
  expect([fork.iteration, fork.distillation.config.lambdaReg, fork.path === run.path]).toEqual([5, 0.5, false]);
});

it('is shown with its place, its samples, its scores and Algorithm 1', async () => {
  const run = await begun();
  await run.step(4);
  expect((await format(run))!.data['text/plain']).toMatch(/^Run .*-points(-\d)?: .*, iteration 4 of 43\n/);
  expect((await samples(run).bundle()).data).toHaveProperty('image/png');
  const plotly = (await scores(run, { t: 1, samples: 7 }).bundle()).data['application/vnd.plotly.v1+json'];
  const [points, arrows] = (plotly as { data: { x: number[] }[] }).data;
  expect([points!.x.length, arrows!.x.length]).toEqual([7, 7 * 9]);
  const { data } = await algorithm1(run, { t: 1 }).bundle();
  const text = data['text/plain'] as string;
  const last = run.events.findLast((event) => event.type === 'step');
  expect(last).toMatchObject({ type: 'step' });
  expect(text).toMatch(/^x = G\(z\) +\[64, 2\] {2}mean /m);
  expect(text).toContain(shortNumber(Number((last as { lossDm: number }).lossDm.toPrecision(4))));
  expect(data).toHaveProperty('image/png');
  expect(data['text/html']).toContain('<table');
});

it('a wrong configuration is refused before there is a run', async () => {
  await expect(distiller({ teacher, stepz: 3 } as never)).rejects.toThrow('`stepz`');
});

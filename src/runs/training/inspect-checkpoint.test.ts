import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Config } from '../../distillation/config.ts';
import { startEngine } from '../../engine/start.ts';
import { saveNetwork } from '../../networks/build.ts';
import { mlp } from '../../networks/mlp.ts';
import { Random } from '../../random.ts';
import type { InspectReply } from '../contract.ts';
import { DistillationRun } from './distillation-run.ts';
import { inspectCheckpoint } from './inspect-checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-inspect-'));
const cacheBefore = process.env['XDG_CACHE_HOME'];
const teacher = join(folder, 'points.safetensors');

beforeAll(async () => {
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  await startEngine({ engine: 'cpu' });
  const network = mlp({ width: 8, layers: 1 });
  const params = network.init(Random.fromSeed(0));
  await saveNetwork(teacher, network, params);
  tf.dispose(params);
});
afterAll(() => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  rmSync(folder, { recursive: true });
});

test('a run that has ended answers from its checkpoint what it answered when it was live', async () => {
  const config = Config.parse({
    teacher,
    engine: 'cpu',
    steps: 5,
    batchSize: 4,
    pairs: 8,
    samplerSteps: 2,
    learningRate: 1e-2,
    samplesEvery: 0,
    probeEvery: 0,
    layersEvery: 0,
  });
  const out = join(folder, 'run');
  const message = { type: 'inspect' as const, samples: [3, 300], t: 1, layer: 'linear_in' };
  await expect(inspectCheckpoint(out, message)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('has no checkpoint') as unknown,
  });
  const run = await DistillationRun.create({ config, out });
  await run.step();
  const before = await run.handle(message);
  await run.step();
  const { state, iteration, step, ...live } = await run.handle(message);
  expect([state, iteration, step]).toEqual(['running', 2, 2]);
  expect(live.tensors.x).not.toEqual(before.tensors.x);
  await run.close();

  const held = tf.memory().numTensors;
  expect(await inspectCheckpoint(out, message)).toEqual(live satisfies InspectReply);
  expect(tf.memory().numTensors).toBe(held);
});

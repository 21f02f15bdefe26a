/** Distribution matching from end to end: the smallest real teacher, by its own preset. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { diffusedKl, measureModes } from '../metrics/mixture.ts';
import { Random } from '../random.ts';
import { mixturePreset } from '../teachers/mixture-presets.ts';
import { openTeacher } from '../teachers/open.ts';
import { Config } from './config.ts';
import { Distiller } from './distiller.ts';
import { openPairs } from './pairs/pair-cache.ts';
import { presetConfig } from './presets.ts';

let cache = '';

beforeAll(async () => {
  await startEngine({ engine: 'onnx', threads: 1 });
  cache = await mkdtemp(join(tmpdir(), 'two-modes-'));
});
afterAll(() => rm(cache, { recursive: true }));

test('the one-step generator of two-modes draws both modes, each in its size', { timeout: 300_000 }, async () => {
  const config = Config.parse({ ...presetConfig('two-modes'), seed: 1 });
  const teacher = await openTeacher('two-modes', cache);
  const run = Distiller.create({ config, teacher, pairs: await openPairs({ config, teacher, cache }) });
  const held = tf.memory().numTensors;
  while (run.plan) await run.step();
  expect(tf.memory().numTensors).toBe(held);

  const z = tf.tensor2d(Random.fromSeed(2).normal(4096), [2048, 2]);
  const samples = await run.generate(z).data();
  const { mixture } = mixturePreset('two-modes');
  for (const { share, stdRatio } of measureModes(samples, mixture).modes) {
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
    expect(stdRatio).toBeGreaterThan(0.9);
    expect(stdRatio).toBeLessThan(1.1);
  }
  // as many exact samples are at about 0.01, and one in a hundred between the modes adds 0.08
  expect(diffusedKl(samples, mixture)).toBeLessThan(0.08);
});

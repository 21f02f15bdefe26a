import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../../diffusion/edm.ts';
import { perSample } from '../../diffusion/schedule.ts';
import { startEngine } from '../../engine/start.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import { openPairs, pairDirectory } from './pair-cache.ts';

let cache = '';
let asked = 0;

/** Two classes in the plane, N((label, 0), 0.5² I); without a class (label 2) their middle. */
const teacher: Teacher = {
  name: 'two-gaussians',
  schedule: edmSchedule(),
  sampleShape: [2],
  classes: 2,
  params: {},
  fingerprint: 'two-gaussians',
  denoise: (_params, x_t, { sigma }, labels) =>
    tf.tidy(() => {
      asked++;
      const mean = tf.gather(tf.tensor2d([0, 0, 1, 0, 0.5, 0], [3, 2]), labels!);
      const keep = tf.div(0.25, tf.add(0.25, tf.square(perSample(sigma, 2))));
      return tf.add(mean, tf.mul(keep, tf.sub(x_t, mean)));
    }),
  student: undefined as never,
};

const config = { pairs: 300, sampler: 'heun' as const, samplerSteps: 18, guidance: 1, seed: 3, labels: undefined };

beforeAll(async () => {
  await startEngine({ engine: 'cpu' });
  cache = await mkdtemp(join(tmpdir(), 'pairs-'));
});
afterAll(() => rm(cache, { recursive: true }));

const numbers = async (options: { config: typeof config; teacher: Teacher }) => {
  const pairs = await openPairs({ ...options, cache });
  const { z, y, labels } = pairs!.batch(Array.from({ length: pairs!.count }, (_, i) => i));
  return { z: [...(await z.data())], y: [...(await y.data())], labels: labels && [...(await labels.data())] };
};

test('a pair is the end of the flow from its noise, in the class of its label', async () => {
  const { z, y, labels } = await numbers({ config: { ...config, samplerSteps: 72 }, teacher });
  expect(labels).toEqual(Array.from({ length: 300 }, (_, i) => i % 2));
  // the exact flow of N(m, s²): m + (σ_max z − m) s / √(s² + σ_max²)
  const errors = y.map((value, i) => {
    const m = i % 2 === 0 ? labels![i >> 1]! : 0;
    return Math.abs(value - (m + ((80 * z[i]! - m) * 0.5) / Math.hypot(0.5, 80)));
  });
  expect(Math.max(...errors)).toBeLessThan(0.01);
});

test('what is in the cache is not made again, and a damaged shard alone is', async () => {
  const whole = await numbers({ config, teacher });
  asked = 0;
  expect(await numbers({ config, teacher })).toEqual(whole);
  expect(asked).toBe(0);

  const directory = pairDirectory({ config, teacher, cache });
  const second = join(directory, 'shard-00001.safetensors');
  const before = await readFile(second);
  await truncate(second, (await stat(second)).size - 10);
  const progress: number[] = [];
  await openPairs({ config, teacher, cache, onProgress: (done) => progress.push(done) });
  expect(progress).toEqual([256, 300]);
  expect(asked).toBe(35);
  expect(await readFile(second)).toEqual(before);
});

test('more pairs begin with the same ones, and no other origin shares them', async () => {
  const few = await numbers({ config: { ...config, pairs: 40 }, teacher });
  const many = await numbers({ config, teacher });
  expect(few.z).toEqual(many.z.slice(0, 80));
  expect(few.y).toEqual(many.y.slice(0, 80));

  const others = [
    { config: { ...config, seed: 4 }, teacher },
    { config: { ...config, samplerSteps: 17 }, teacher },
    { config: { ...config, guidance: 2 }, teacher },
    { config: { ...config, sampler: 'ddim' as const }, teacher },
    { config: { ...config, labels: [1] as [number] }, teacher },
    { config, teacher: { ...teacher, fingerprint: 'another' } },
  ];
  const directories = [{ config, teacher }, ...others].map((o) => pairDirectory({ ...o, cache }));
  expect(new Set(directories).size).toBe(7);
  const onlyOnes = await numbers({ config: { ...config, pairs: 10, labels: [1] as never }, teacher });
  expect(onlyOnes.labels).toEqual(Array<number>(10).fill(1));
});

test('making pairs leaves no tensors and no half-written files', async () => {
  const { numTensors } = tf.memory();
  const other = { ...config, seed: 9, pairs: 10 };
  await openPairs({ config: other, teacher, cache });
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(await readdir(pairDirectory({ config: other, teacher, cache }))).toEqual(['shard-00000.safetensors']);
  expect(await openPairs({ config: { ...config, pairs: 0 }, teacher, cache })).toBeUndefined();
});

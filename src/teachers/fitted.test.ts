import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../diffusion/edm.ts';
import { addNoise } from '../diffusion/forward.ts';
import { gaussianMixture, sampleMixture } from '../diffusion/gaussian-mixture.ts';
import { levelTensors } from '../diffusion/schedule.ts';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { defaultFit, fitStudent, withFittedStudent } from './fitted.ts';
import { mixtureTeacher } from './mixture.ts';

let cache = '';

beforeAll(async () => {
  await startEngine({ engine: 'onnx', threads: 1 });
  cache = await mkdtemp(join(tmpdir(), 'students-'));
});
afterAll(() => rm(cache, { recursive: true }));

const exact = mixtureTeacher('pair', gaussianMixture({ means: [[-0.8, 0], [0.8, 0]], covariance: 0.15 ** 2 }), edmSchedule()); // prettier-ignore
const fit = { ...defaultFit, steps: 300, batchSize: 128, width: 32, layers: 2 };

test('the student denoises as its exact teacher does, at every noise level', async () => {
  const { numTensors } = tf.memory();
  const { student, denoise } = await withFittedStudent(exact, cache, fit);
  expect(tf.memory().numTensors).toBe(numTensors + Object.keys(student.params).length);
  const random = Random.fromSeed(5);
  for (const index of [0, 400, 600, 999]) {
    const level = levelTensors(Array.from({ length: 200 }, () => exact.schedule.level(index)));
    const x = tf.tensor2d(sampleMixture(exact.mixture, 200, random), [200, 2]);
    const x_t = addNoise(x, tf.tensor2d(random.normal(400), [200, 2]), level);
    const difference = tf.squaredDifference(student.network.denoise(student.params, x_t, level), denoise({}, x_t, level)); // prettier-ignore
    // an untrained network, which answers with c_skip x_t, is off by 0.4 at the middle levels
    expect(Math.sqrt((await tf.mean(difference).data())[0]!)).toBeLessThan(0.05);
  }
});

test('it is fitted once and then kept, for this teacher alone', async () => {
  const first = await withFittedStudent(exact, cache, fit);
  const again = await withFittedStudent(exact, cache, fit);
  expect(await readdir(cache)).toHaveLength(1);
  for (const [name, w] of Object.entries(first.student.params)) {
    expect(await again.student.params[name]!.data()).toEqual(await w.data());
  }
  await withFittedStudent({ ...exact, fingerprint: 'another' }, cache, { ...fit, steps: 1 });
  expect(await readdir(cache)).toHaveLength(2);
});

test('its preconditioning knows how large the samples are', async () => {
  const far = mixtureTeacher('far', gaussianMixture({ means: [[3, 4]], covariance: 2 ** 2 }), edmSchedule());
  const sizes = await Promise.all(
    [exact, far].map(async (teacher) => (await fitStudent(teacher, { ...fit, steps: 0 })).network.architecture),
  );
  // √((0.8² + 2 · 0.15²) / 2) and √((3² + 4² + 2 · 2²) / 2)
  expect(sizes).toMatchObject([{ options: { sigmaData: 0.59 } }, { options: { sigmaData: 4.1 } }]);
});

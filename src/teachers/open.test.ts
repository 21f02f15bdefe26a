import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { levelTensors } from '../diffusion/schedule.ts';
import { startEngine } from '../engine/start.ts';
import { saveNetwork } from '../networks/build.ts';
import { mlp } from '../networks/mlp.ts';
import { Random } from '../random.ts';
import { openTeacher } from './open.ts';

let directory = '';

beforeAll(async () => {
  await startEngine({ engine: 'cpu' });
  directory = await mkdtemp(join(tmpdir(), 'teachers-'));
});
afterAll(() => rm(directory, { recursive: true }));

const saved = async (name: string, seed: number) => {
  const network = mlp({ width: 8, layers: 1 });
  const params = network.init(Random.fromSeed(seed));
  const path = join(directory, name);
  await saveNetwork(path, network, params);
  return { path, network, params };
};

test('a trained teacher is the network in its file, and its own student', async () => {
  const { path, network, params } = await saved('mine.safetensors', 1);
  const teacher = await openTeacher(path);
  expect([teacher.name, teacher.sampleShape, teacher.classes]).toEqual(['mine', [2], 0]);
  expect(teacher.student.params).toBe(teacher.params);
  const x_t = tf.tensor2d([0.3, -2], [1, 2]);
  const level = levelTensors([network.schedule.levelAt(1.5)]);
  const expected = await network.denoise(params, x_t, level).data();
  expect(await teacher.denoise(teacher.params, x_t, level).data()).toEqual(expected);
});

test('other weights are another teacher', async () => {
  const [a, b] = [await saved('a.safetensors', 1), await saved('b.safetensors', 2)];
  const [first, same, other] = await Promise.all([a, a, b].map(({ path }) => openTeacher(path)));
  expect(first!.fingerprint).toBe(same!.fingerprint);
  expect(first!.fingerprint).not.toBe(other!.fingerprint);
});

test('an unknown name gives the nearest', async () => {
  await expect(openTeacher('two-mods')).rejects.toThrow(/teacher `two-mods`. Did you mean `two-modes`/);
});

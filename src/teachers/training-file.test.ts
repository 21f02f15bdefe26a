import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { saveNetwork } from '../networks/build.ts';
import { mlp } from '../networks/mlp.ts';
import { startTeacherTraining } from './train.ts';
import { loadTraining, saveTraining } from './training-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-training-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => startEngine({ engine: 'cpu' }));

it('keeps a training whole: weights, average, optimiser, random state and step', async () => {
  const network = mlp({ width: 4, layers: 1 });
  const state = { ...startTeacherTraining(network, 3), step: 17 };
  const path = join(folder, 'teacher.safetensors.training');
  await saveTraining(path, network, state);
  const read = await loadTraining(path, network);
  expect([read.step, read.random]).toEqual([17, state.random]);
  for (const part of ['params', 'average'] as const) {
    expect(Object.keys(read[part])).toEqual(Object.keys(state[part]));
    for (const [name, tensor] of Object.entries(state[part]))
      expect(await read[part][name]!.data()).toEqual(await tensor.data());
  }
  expect(Object.keys(read.optimiser.v)).toEqual(Object.keys(state.optimiser.v));

  await expect(loadTraining(path, mlp({ width: 8, layers: 1 }))).rejects.toThrow('is the training of another network');
  const other = join(folder, 'teacher.safetensors');
  await saveNetwork(other, network, state.params);
  await expect(loadTraining(other, network)).rejects.toThrow('holds no training');
  tf.dispose([state, read] as never);
});

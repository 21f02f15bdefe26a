import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { adamw, adamwHyper } from './adamw.ts';
import { clipByGlobalNorm } from './clip.ts';
import type { Params } from './denoiser.ts';
import { ema } from './ema.ts';
import { packing } from './packing.ts';
import { update } from './update.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const shapes = { large: [64, 64], bias: [5], filter: [3, 3, 1, 2], other: [80, 60], scale: [1], matrix: [4, 7] };

const drawn = (seed: number): Params => {
  const random = Random.fromSeed(seed);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      tf.tensor(random.normal(tf.util.sizeFromShape(shape)), shape, 'float32'),
    ]),
  );
};
const numbers = (params: Params) =>
  Promise.all(Object.entries(params).map(async ([name, t]) => [name, t.shape, await t.array()]));

it('what is packed comes back under its names, in its order and shapes', async () => {
  const params = drawn(1);
  const { pack, unpack } = packing(params);
  const packed = pack(params);
  expect(Object.values(packed).map(({ shape }) => shape)).toEqual([[64, 64], [80, 60], [5 + 18 + 1 + 28]]);
  expect(await numbers(unpack(packed))).toEqual(await numbers(params));
});

it('one small tensor, or none, is left alone', () => {
  const params = { large: tf.zeros([64, 64]), bias: tf.zeros([5]) };
  expect(packing(params).pack(params)).toBe(params);
});

it('an update is that of each weight by itself', async () => {
  const [params, grads, m, average] = [drawn(1), drawn(2), drawn(3), drawn(4)];
  const v = Object.fromEntries(Object.entries(drawn(5)).map(([name, t]) => [name, tf.square(t)]));
  const optimiser = adamw();
  const { learningRate, biasCorrection1, biasCorrection2 } = adamwHyper(3, 1e-2);
  const hyper = {
    learningRate: tf.scalar(learningRate),
    biasCorrection1: tf.scalar(biasCorrection1),
    biasCorrection2: tf.scalar(biasCorrection2),
  };
  const decay = tf.scalar(0.9);
  const trained = { params, state: { m, v }, average };
  const found = update(optimiser, trained, grads, { gradientClip: 5, hyper, decay });

  const clipped = clipByGlobalNorm(grads, 5);
  const each = optimiser.update(params, clipped.grads, { m, v }, hyper);
  expect((await found.norm.data())[0]).toBeCloseTo((await clipped.norm.data())[0]!, 3);
  for (const [mine, its] of [
    [found.params, each.params],
    [found.state.m, each.state.m],
    [found.state.v, each.state.v],
    [found.average, ema.update(average, each.params, decay)],
  ] as const) {
    expect(Object.keys(mine)).toEqual(Object.keys(shapes));
    for (const [name, t] of Object.entries(mine)) {
      expect(t.shape).toEqual(shapes[name as keyof typeof shapes]);
      expect(Math.max(...(await tf.abs(tf.sub(t, its[name]!)).data())), name).toBeLessThan(1e-6);
    }
  }
  expect(update(optimiser, { params, state: { m, v } }, grads, { gradientClip: 5, hyper }).average).toEqual({});
});

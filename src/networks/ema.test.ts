import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { ema } from './ema.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

it('closes in on constant weights geometrically', async () => {
  const target = { w: tf.tensor1d([1, -2]) };
  let average = ema.init({ w: tf.tensor1d([0, 0]) });
  for (let i = 0; i < 3; i++) average = ema.update(average, target, tf.scalar(0.5));
  expect([...(await average['w']!.data())]).toEqual([0.875, -1.75]); // 1 − 0.5³
});

it('takes the weights over at decay 0', async () => {
  const average = ema.update({ w: tf.scalar(7) }, { w: tf.scalar(3) }, tf.scalar(0));
  expect((await average['w']!.data())[0]).toBe(3);
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { clipByGlobalNorm } from './clip.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const gradient = () => ({ a: tf.tensor1d([3, 0]), b: tf.tensor2d([[0, 4]]) });

it('scales a gradient whose norm is too large down to the limit', async () => {
  const { grads, norm } = clipByGlobalNorm(gradient(), 2);
  expect((await norm.data())[0]).toBeCloseTo(5, 6);
  expect((await grads['a']!.data())[0]).toBeCloseTo(1.2, 6);
  expect((await grads['b']!.data())[1]).toBeCloseTo(1.6, 6);
});

it('leaves a smaller one as it is', async () => {
  const { grads } = clipByGlobalNorm(gradient(), 10);
  expect((await grads['a']!.data())[0]).toBe(3);
  expect((await grads['b']!.data())[1]).toBe(4);
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { attention, downsample2x, silu, upsample2x } from './layers.ts';
import { expectClose, normal } from './numbers-fixture.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

it('silu and its derivative are x σ(x) and σ + x σ (1 − σ)', async () => {
  const x = [-30, -2, -0.5, 0, 1, 3, 30];
  const s = x.map((v) => 1 / (1 + Math.exp(-v)));
  await expectClose(
    silu(tf.tensor1d(x)),
    x.map((v, i) => v * s[i]!),
    5,
  );
  await expectClose(
    tf.grad((t) => tf.sum(silu(t)))(tf.tensor1d(x)),
    x.map((v, i) => s[i]! * (1 + v * (1 - s[i]!))),
    5,
  );
});

it('downsampling undoes upsampling, and their gradients are those of a mean and a sum of four', async () => {
  const x = normal(4, 2, 2, 2, 3);
  await expectClose(downsample2x(upsample2x(x)), await x.data(), 6);
  const dy = normal(5, 2, 4, 4, 3);
  const dx = tf.grad((t) => tf.sum(tf.mul(upsample2x(t), dy)) as tf.Scalar)(x);
  await expectClose(dx, await tf.mul(downsample2x(dy), 4).data(), 5);
});

it('attention with equal keys is the mean over positions', async () => {
  const x = normal(6, 2, 2, 2, 3);
  const eye = { weight: tf.eye(3), bias: tf.zeros([3]) };
  const none = { weight: tf.zeros([3, 3]), bias: tf.zeros([3]) };
  const y = attention(x, { query: eye, key: none, value: eye, out: eye });
  await expectClose(y, await tf.tile(tf.mean(x, [1, 2], true), [1, 2, 2, 1]).data(), 5);
});

it('attention picks the position whose key matches', async () => {
  // one-hot tokens and large logits: every position attends to itself
  const x = tf.reshape(tf.eye(4), [1, 2, 2, 4]);
  const eye = { weight: tf.eye(4), bias: tf.zeros([4]) };
  const y = attention(x, { query: { ...eye, weight: tf.mul(eye.weight, 100) }, key: eye, value: eye, out: eye });
  await expectClose(y, await x.data(), 5);
});

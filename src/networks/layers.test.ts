import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { attention, downsample2x, groupNorm, silu, upsample2x } from './layers.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const normal = (seed: number, ...shape: number[]) =>
  tf.tensor(Random.fromSeed(seed).normal(shape.reduce((a, b) => a * b, 1)), shape, 'float32');

async function expectClose(actual: tf.Tensor, expected: ArrayLike<number>, digits = 4): Promise<void> {
  const values = await actual.data();
  expect(values.length).toBe(expected.length);
  for (let i = 0; i < values.length; i++) expect(values[i]).toBeCloseTo(expected[i]!, digits);
}

/* torch 2.15:
x = (torch.arange(24.).reshape(1, 4, 2, 3) * 0.7).sin() + 0.5   # NCHW
w = torch.tensor([1., 2., -1., .5]); b = torch.tensor([0., .1, -.2, .3]); x.requires_grad_(True)
y = torch.nn.functional.group_norm(x, 2, w, b, 1e-5)
(y * torch.arange(24).reshape(1, 4, 2, 3).cos()).sum().backward()
print(y.permute(0, 2, 3, 1).flatten(), x.grad.permute(0, 2, 3, 1).flatten())
*/
// prettier-ignore
const torchNorm = [-0.20048, -2.836764, -1.374296, 0.275971, 0.736679, -3.159355, -0.576989, 0.749403, 1.233078, -2.137598, 0.443771, 0.9884, 1.055252, -0.252041, 1.207901, 0.880558, 0.286836, 1.610509, 1.35602, 0.476598, -0.710773, 2.574065, 0.818466, -0.033493];
// prettier-ignore
const torchNormGradient = [1.34068, 1.50575, -0.729932, 0.458047, 1.539529, 0.756303, -1.189896, 1.136314, 0.607705, -1.387511, -0.510036, 0.923057, -0.391706, -2.742288, 0.474574, 0.112689, -0.613779, -1.670501, 0.701475, -0.594118, -0.173802, 1.229621, -0.06842, -0.713752];

describe('groupNorm', () => {
  const nhwc = (f: (i: number) => number) =>
    tf.transpose(
      tf.tensor(
        Float32Array.from({ length: 24 }, (_, i) => f(i)),
        [1, 4, 2, 3],
        'float32',
      ),
      [0, 2, 3, 1],
    );
  const affine = () => ({ weight: tf.tensor1d([1, 2, -1, 0.5]), bias: tf.tensor1d([0, 0.1, -0.2, 0.3]) });

  it('gives the values and the gradient of torch', async () => {
    const x = nhwc((i) => Math.sin(i * 0.7) + 0.5);
    await expectClose(groupNorm(x, affine(), 2), torchNorm);
    const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(groupNorm(x, affine(), 2), nhwc(Math.cos)));
    await expectClose(tf.grad(loss)(x), torchNormGradient);
  });

  it('is scaled and shifted by its modulation, per sample and channel', async () => {
    const x = normal(1, 2, 2, 2, 4);
    const [scale, shift] = [normal(2, 2, 4), normal(3, 2, 4)];
    const wide = (t: tf.Tensor) => tf.reshape(t, [2, 1, 1, 4]);
    const expected = tf.add(tf.mul(groupNorm(x, affine(), 2), tf.add(wide(scale), 1)), wide(shift));
    await expectClose(groupNorm(x, affine(), 2, { scale, shift }), await expected.data());
  });

  it('stays finite for a constant image far from zero', async () => {
    const y = await groupNorm(tf.fill([1, 4, 4, 4], 100.1), affine(), 2).data();
    expect(y.every(Number.isFinite)).toBe(true);
  });
});

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

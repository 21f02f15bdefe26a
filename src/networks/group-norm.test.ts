import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { groupNorm } from './group-norm.ts';
import { expectClose, normal } from './numbers-fixture.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

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

  it('has the gradients of its finite differences, in all that goes in', async () => {
    const given = [normal(1, 2, 2, 3, 4), normal(4, 4), normal(5, 4), normal(2, 2, 4), normal(3, 2, 4)];
    const weights = normal(6, 2, 2, 3, 4);
    const loss = (...[x, weight, bias, scale, shift]: tf.Tensor[]) =>
      tf.sum(tf.mul(groupNorm(x!, { weight: weight!, bias: bias! }, 2, { scale: scale!, shift: shift! }), weights));
    const grads = tf.grads(loss as never)(given);
    const h = 1e-2;
    for (const [i, t] of given.entries()) {
      const found = await grads[i]!.data();
      for (const k of [0, t.size >> 1, t.size - 1]) {
        const at = async (step: number) => {
          const values = (await t.data()).slice();
          values[k]! += step;
          const moved = given.map((other, j) => (j === i ? tf.tensor(values, t.shape) : other));
          return (await loss(...moved).data())[0]!;
        };
        expect(found[k], `input ${i}, element ${k}`).toBeCloseTo(((await at(h)) - (await at(-h))) / (2 * h), 2);
      }
    }
  });
});

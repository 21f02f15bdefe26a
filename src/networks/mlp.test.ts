import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { levelTensors } from '../diffusion/schedule.ts';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { mlp } from './mlp.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

describe('the MLP', () => {
  const levels = (...sigmas: number[]) => levelTensors(sigmas.map((sigma) => ({ time: sigma, alpha: 1, sigma })));

  it('starts as c_skip x', async () => {
    const network = mlp();
    const mu = network.denoise(network.init(Random.fromSeed(1)), tf.tensor2d([[1, -2]]), levels(0.5));
    expect([...(await mu.data())]).toEqual([0.5, -1]);
  });

  it('has a gradient in every weight, that of its finite differences', async () => {
    const network = mlp({ dimensions: 2, width: 6, layers: 2, classes: 2 });
    const random = Random.fromSeed(2);
    const noise = (shape: number[]) => tf.tensor(random.normal(shape.reduce((a, b) => a * b, 1)), shape, 'float32');
    const params = Object.entries(network.init(random)).map(
      ([k, p]) => [k, tf.add(p, tf.mul(noise(p.shape), 0.2))] as const,
    );
    const [x_t, direction, level, labels] = [
      noise([3, 2]),
      noise([3, 2]),
      levels(0.1, 1, 5),
      tf.tensor1d([0, 1, 2], 'int32'),
    ];
    const f = (...weights: tf.Tensor[]): tf.Scalar =>
      tf.sum(
        tf.mul(
          network.denoise(Object.fromEntries(params.map(([k], i) => [k, weights[i]!])), x_t, level, labels),
          direction,
        ),
      );
    const values = params.map(([, p]) => p);
    const grads = tf.grads(f)(values);
    for (const [i, [name, p]] of params.entries()) {
      const along = noise(p.shape);
      const at = async (h: number) =>
        (await f(...values.map((v, j) => (j === i ? tf.add(v, tf.mul(along, h)) : v))).data())[0]!;
      const difference = ((await at(3e-3)) - (await at(-3e-3))) / 6e-3;
      const derivative = (await tf.sum(tf.mul(grads[i]!, along)).data())[0]!;
      expect(Math.abs(derivative - difference), name).toBeLessThan(2e-3 + 0.01 * Math.abs(difference));
      expect(derivative, name).not.toBe(0);
    }
  });
});

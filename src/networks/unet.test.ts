import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { levelTensors } from '../diffusion/schedule.ts';
import { Random } from '../random.ts';
import type { Params } from './denoiser.ts';
import { unet } from './unet.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const tinyUnet = (classes = 0) =>
  unet({ imageShape: [8, 8, 1], channels: [4, 8], blocks: [1, 1], groups: 2, embeddingWidth: 6, classes });

const levels = (...sigmas: number[]) => levelTensors(sigmas.map((sigma) => ({ time: sigma, alpha: 1, sigma })));
const noise = (random: Random, shape: number[]) =>
  tf.tensor(random.normal(shape.reduce((a, b) => a * b, 1)), shape, 'float32');

/** Weights none of which is zero, so that every gradient is alive. */
const generic = (params: Params, random: Random): Params =>
  Object.fromEntries(Object.entries(params).map(([k, p]) => [k, tf.add(p, tf.mul(noise(random, p.shape), 0.2))]));

describe('the U-Net', () => {
  it('has the gradient of its finite differences, in every weight', async () => {
    const network = tinyUnet(3);
    const random = Random.fromSeed(1);
    const params = generic(network.init(random), random);
    const names = Object.keys(params);
    const x_t = noise(random, [2, 8, 8, 1]);
    const direction = noise(random, [2, 8, 8, 1]);
    const labels = tf.tensor1d([1, 3], 'int32');
    const level = levels(0.3, 2);
    const f = (...weights: tf.Tensor[]): tf.Scalar => {
      const named = Object.fromEntries(names.map((name, i) => [name, weights[i]!]));
      return tf.sum(tf.mul(network.denoise(named, x_t, level, labels), direction));
    };
    const grads = tf.grads(f)(Object.values(params));
    for (const [i, name] of names.entries()) {
      const along = noise(random, params[name]!.shape);
      const at = async (h: number) => {
        const moved = Object.values(params).map((p, j) => (j === i ? tf.add(p, tf.mul(along, h)) : p));
        return (await f(...moved).data())[0]!;
      };
      const h = 3e-3;
      const difference = ((await at(h)) - (await at(-h))) / (2 * h);
      const derivative = (await tf.sum(tf.mul(grads[i]!, along)).data())[0]!;
      expect(Math.abs(derivative - difference), name).toBeLessThan(4e-3 + 0.01 * Math.abs(difference));
      // a bias of the keys shifts all logits alike, which softmax ignores
      if (!name.endsWith('to_k.bias')) expect(derivative, name).not.toBe(0);
    }
  });

  it('starts as the denoiser c_skip x, whatever the labels', async () => {
    const network = tinyUnet();
    const random = Random.fromSeed(2);
    const x_t = noise(random, [2, 8, 8, 1]);
    const mu = await network.denoise(network.init(random), x_t, levels(0.5, 1e-4)).data();
    const x = await x_t.data();
    expect(mu[0]).toBeCloseTo(x[0]! / 2, 6);
    expect(mu[64]).toBeCloseTo(x[64]!, 6);
  });

  it('gives back its input as σ goes to 0', async () => {
    const network = tinyUnet();
    const random = Random.fromSeed(3);
    const params = generic(network.init(random), random);
    const x_t = noise(random, [1, 8, 8, 1]);
    const gap = tf.max(tf.abs(tf.sub(network.denoise(params, x_t, levels(1e-5)), x_t)));
    expect((await gap.data())[0]).toBeLessThan(1e-3);
  });

  it('heeds the class and the noise level', async () => {
    const network = tinyUnet(2);
    const random = Random.fromSeed(4);
    const params = generic(network.init(random), random);
    const x_t = tf.tile(noise(random, [1, 8, 8, 1]), [4, 1, 1, 1]);
    const mu = network.denoise(params, x_t, levels(1, 1, 1, 2), tf.tensor1d([0, 1, 2, 0], 'int32'));
    const [a, b, none, noisier] = tf.unstack(mu);
    for (const [one, other] of [
      [a, b],
      [a, none],
      [b, none],
      [a, noisier],
    ] as const)
      expect((await tf.max(tf.abs(tf.sub(one!, other!))).data())[0]).toBeGreaterThan(1e-3);
  });

  it('follows its seed alone', async () => {
    const [one, same, other] = [5, 5, 6].map((seed) => tinyUnet().init(Random.fromSeed(seed)));
    const w = (params: Params) => params['conv_in.weight']!.data();
    expect(await w(one!)).toEqual(await w(same!));
    expect(await w(one!)).not.toEqual(await w(other!));
  });

  it('has 1 to 2 million weights by default, below 8 MB', () => {
    const params = unet({ classes: 10 }).init(Random.fromSeed(0));
    const count = Object.values(params).reduce((sum, p) => sum + p.size, 0);
    expect(count).toBe(1_926_177);
    expect(4 * count).toBeLessThan(8e6);
  });

  it('leaves nothing behind but its result', () => {
    const network = tinyUnet();
    const random = Random.fromSeed(7);
    const params = network.init(random);
    const [x_t, level] = [noise(random, [1, 8, 8, 1]), levels(1)];
    const before = tf.memory().numTensors;
    const mu = network.denoise(params, x_t, level);
    expect(mu.shape).toEqual([1, 8, 8, 1]);
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  it('refuses shapes that do not fit together', () => {
    expect(() => unet({ imageShape: [10, 10, 1] })).toThrow('halve evenly');
    expect(() => unet({ groups: 7 })).toThrow('groups must divide');
    expect(() => unet({ blocks: [1] })).toThrow('same number');
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../diffusion/edm.ts';
import { addNoise } from '../diffusion/forward.ts';
import { gaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { levelTensors } from '../diffusion/schedule.ts';
import { startEngine } from '../engine/start.ts';
import { byLayer, layerNames } from '../networks/by-layer.ts';
import type { Params } from '../networks/denoiser.ts';
import { mlp } from '../networks/mlp.ts';
import { Random } from '../random.ts';
import { mixtureDenoise, mixtureScore } from '../teachers/mixture.ts';
import { Config } from './config.ts';
import { conditioningLevel } from './generator/conditioning.ts';
import { denoiserGenerator } from './generator/generator.ts';
import { seeScores } from './inspect.ts';
import { lossGradients } from './loss-gradients.ts';
import type { Models } from './step.ts';

const network = mlp({ width: 6, layers: 1 });
const mixture = gaussianMixture({ means: [[-0.8, 0], [0.8, 0]], covariance: 0.15 ** 2 }); // prettier-ignore
const random = Random.fromSeed(3);
const plane = (n: number) => tf.tensor2d(random.normal(2 * n), [n, 2]);
const noising = () => ({ eps: plane(6), level: levelTensors([300, 500, 600, 700, 800, 900].map((i) => edmSchedule().level(i))) }); // prettier-ignore

function weights(seed: number): Params {
  const random = Random.fromSeed(seed);
  return Object.fromEntries(
    Object.entries(network.init(random)).map(([name, w]) => [name, tf.add(w, tf.mul(0.2, tf.tensor(random.normal(w.size), w.shape)))]), // prettier-ignore
  );
}

const models = (config: Partial<Config> = {}, real?: Models['real']): Models => ({
  generator: denoiserGenerator(network, conditioningLevel(network.schedule, 2)),
  real: real ?? ((_params, x_t, level) => mixtureDenoise(mixture, x_t, level)),
  fake: network,
  config: { ...Config.parse({}), ...config },
});
const numbers = async (t: tf.Tensor) => [...(await t.data())];

beforeAll(() => startEngine({ engine: 'cpu' }));

test('the norms are those of plain gradients of each loss written out, layer by layer, with its λ', async () => {
  const m = models({ lambdaDm: 0.7, lambdaReg: 0.3 });
  const [theta, phi] = [weights(1), weights(2)];
  const matching = { z: plane(6), ...noising(), real: {}, fake: phi };
  const pairs = { z: plane(4), y: plane(4) };
  const denoising = { z: matching.z, ...noising(), fake: phi };
  const found = lossGradients(m, { params: theta, matching, pairs, denoising });

  const names = Object.keys(theta);
  const plain = (loss: (params: Params) => tf.Scalar, at: Params): Params => {
    const named = (tensors: tf.Tensor[]) => Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
    return named(tf.grads((...tensors: tf.Tensor[]) => loss(named(tensors)))(Object.values(at)));
  };
  const seen = seeScores(m, { params: theta, matching });
  const expected = {
    // the gradient on x, over its size, is what reaches G
    matching: plain((theta) => tf.mul(0.7, tf.mean(tf.mul(seen.gradient, m.generator.generate(theta, matching.z)))), theta), // prettier-ignore
    regression: plain((theta) => tf.mul(0.3, tf.mean(tf.squaredDifference(m.generator.generate(theta, pairs.z), pairs.y))), theta), // prettier-ignore
    fake: plain((phi) => {
      const { eps, level } = denoising;
      const mu = network.denoise(phi, addNoise(seen.x, eps, level), level);
      const s2 = tf.square(tf.reshape(level.sigma, [-1, 1]));
      return tf.mean(tf.mul(tf.div(tf.add(s2, 0.25), tf.mul(s2, 0.25)), tf.squaredDifference(mu, seen.x)));
    }, phi),
  };
  for (const loss of ['matching', 'regression', 'fake'] as const) {
    const norms = await numbers(found.norms[loss]!);
    expect(norms.length).toBe(layerNames(theta).length);
    for (const [i, tensors] of [...byLayer(expected[loss]).values()].entries()) {
      const values = (await Promise.all(tensors.map(numbers))).flat();
      expect(norms[i]! / Math.hypot(...values)).toBeCloseTo(1, 4);
    }
  }
  const together = await numbers(found.norms.generator!);
  for (const [i, [layer, tensors]] of [...byLayer(expected.matching).entries()].entries()) {
    const other = byLayer(expected.regression).get(layer)!;
    const values = (await Promise.all(tensors.map((t, i) => numbers(tf.add(t, other[i]!))))).flat();
    expect(together[i]! / Math.hypot(...values)).toBeCloseTo(1, 4);
  }
});

test('the real score is that of the mixture, and equal scores leave a difference of exactly 0', async () => {
  const phi = weights(2);
  const matching = { z: plane(6), ...noising(), real: {}, fake: phi };
  const seen = seeScores(models(), { params: weights(1), matching });
  const [score, expected] = [await numbers(seen.s_real), await numbers(mixtureScore(mixture, seen.x_t, matching.level))]; // prettier-ignore
  score.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
  const [x, x_t, eps, sigma] = await Promise.all([seen.x, seen.x_t, seen.eps, matching.level.sigma].map(numbers));
  x_t!.forEach((value, i) => expect(value).toBeCloseTo(x![i]! + sigma![Math.floor(i / 2)]! * eps![i]!, 4));

  const same = models({}, (_params, x_t, level) => network.denoise(phi, x_t, level));
  const equal = seeScores(same, { params: weights(1), matching });
  expect((await numbers(equal.difference)).every((value) => value === 0)).toBe(true);
  expect((await numbers(equal.gradient)).every((value) => value === 0)).toBe(true);
});

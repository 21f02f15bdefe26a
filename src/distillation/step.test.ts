import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../diffusion/edm.ts';
import { gaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { levelTensors } from '../diffusion/schedule.ts';
import { startEngine } from '../engine/start.ts';
import { adamw } from '../networks/adamw.ts';
import type { Params } from '../networks/denoiser.ts';
import { mlp } from '../networks/mlp.ts';
import { Random } from '../random.ts';
import { mixtureDenoise } from '../teachers/mixture.ts';
import { Config } from './config.ts';
import { conditioningLevel } from './generator/conditioning.ts';
import { denoiserGenerator } from './generator/generator.ts';
import { fakeStep, generatorGradients, generatorStep, type Matching, type Models, type PairBatch } from './step.ts';

const network = mlp({ width: 8, layers: 1 });
const mixture = gaussianMixture({ means: [[-0.8, 0], [0.8, 0]], covariance: 0.15 ** 2 }); // prettier-ignore
const random = Random.fromSeed(11);
const plane = (n: number) => tf.tensor2d(random.normal(2 * n), [n, 2]);
const draw = () => ({ z: plane(6), eps: plane(6), level: levelTensors([100, 300, 500, 600, 800, 980].map((i) => edmSchedule().level(i))) }); // prettier-ignore

/** Weights of which none is zero. */
const weights = (seed: number): Params => {
  const random = Random.fromSeed(seed);
  return Object.fromEntries(
    Object.entries(network.init(random)).map(([name, w]) => [name, tf.add(w, tf.mul(0.2, tf.tensor(random.normal(w.size), w.shape)))]), // prettier-ignore
  );
};

function models(config: Partial<Config> = {}, real?: Models['real']): Models {
  return {
    generator: denoiserGenerator(network, conditioningLevel(network.schedule, 2)),
    real: real ?? ((_params, x_t, level) => mixtureDenoise(mixture, x_t, level)),
    fake: network,
    config: { ...Config.parse({}), ...config },
  };
}

const hyper = () => ({ learningRate: tf.scalar(1e-2), biasCorrection1: tf.scalar(0.1), biasCorrection2: tf.scalar(0.001) }); // prettier-ignore
const flat = async (params: Params) => (await Promise.all(Object.values(params).map((w) => w.data()))).flatMap((v) => [...v]); // prettier-ignore
const scalar = async (t: tf.Tensor) => (await t.data())[0]!;

beforeAll(() => startEngine({ engine: 'cpu' }));

test('the gradient of G is the Jacobian of G applied to the gradient on x, plus λ of that of the regression loss', async () => {
  const m = models({ lambdaDm: 0.7, lambdaReg: 0.3 });
  const theta = weights(1);
  const matching: Matching = { ...draw(), real: {}, fake: weights(2) };
  const pairs: PairBatch = { z: plane(4), y: plane(4) };
  const { grads, disagreement, x } = generatorGradients(m, { params: theta, matching, pairs });

  // ∂/∂θ of a linear form and of a squared error, by central differences in one random direction
  const direction = Object.fromEntries(Object.entries(theta).map(([name, w]) => [name, tf.tensor(random.normal(w.size), w.shape)])); // prettier-ignore
  const g = await disagreement!.gradient.data();
  const at = async (h: number) => {
    const moved = Object.fromEntries(Object.entries(theta).map(([name, w]) => [name, tf.add(w, tf.mul(h, direction[name]!))])); // prettier-ignore
    const drawn = await m.generator.generate(moved, matching.z).data<'float32'>();
    const dm = drawn.reduce((sum, value, i) => sum + value * g[i]!, 0) / x.size;
    const reg = await scalar(tf.mean(tf.squaredDifference(m.generator.generate(moved, pairs.z), pairs.y)));
    return 0.7 * dm + 0.3 * reg;
  };
  const expected = ((await at(1e-2)) - (await at(-1e-2))) / 2e-2;
  const along = await flat(direction);
  const actual = (await flat(grads)).reduce((sum, value, i) => sum + value * along[i]!, 0);
  expect(Math.abs(actual / expected - 1)).toBeLessThan(5e-3);
});

test('with the fake score equal to the real one, distribution matching does not move G', async () => {
  const fake = weights(2);
  const m = models({ lambdaReg: 0 }, (_params, x_t, level) => network.denoise(fake, x_t, level));
  const { grads, lossDm } = generatorGradients(m, { params: weights(1), matching: { ...draw(), real: {}, fake } });
  expect(await scalar(lossDm)).toBe(0);
  expect((await flat(grads)).every((value) => value === 0)).toBe(true);
});

test('neither update touches the weights of the other network', async () => {
  const m = models({ weightDecay: 0 });
  const [theta, phi] = [weights(1), weights(2)];
  const [thetaBefore, phiBefore] = [await flat(theta), await flat(phi)];
  const { z, ...noising } = draw();
  const matching: Matching = { z, ...noising, real: {}, fake: phi };
  const state = adamw().init(theta);
  const g = generatorStep(m, { params: theta, state, average: {}, hyper: hyper(), matching });
  expect(Object.keys(g.params)).toEqual(Object.keys(theta));
  expect(await flat(phi)).toEqual(phiBefore);

  const f = fakeStep(m, { params: phi, state: adamw().init(phi), hyper: hyper(), x: g.x, ...noising });
  expect(await flat(theta)).toEqual(thetaBefore);
  expect(await flat(f.params)).not.toEqual(phiBefore);
});

test('a step reports its losses, norms and brightness', async () => {
  const m = models({ lambdaReg: 0.25, ema: 0.9 });
  const theta = weights(1);
  const matching: Matching = { ...draw(), real: {}, fake: weights(2) };
  const pairs: PairBatch = { z: plane(4), y: plane(4) };
  const found = generatorGradients(m, { params: theta, matching, pairs });
  const step = generatorStep(m, { params: theta, state: adamw().init(theta), average: theta, hyper: hyper(), matching, pairs }); // prettier-ignore
  const [lossDm, lossReg, gradientNorm, dmGradientNorm, mean, std] = await step.scalars.data();
  expect(lossDm).toBeCloseTo(await scalar(found.lossDm), 5);
  expect(lossReg).toBeCloseTo(await scalar(found.lossReg), 5);
  expect(gradientNorm).toBeCloseTo(Math.hypot(...(await flat(found.grads))), 5);
  // L_DM is 0.5 · mean of the gradient's squares
  expect(dmGradientNorm).toBeCloseTo(Math.sqrt(2 * found.x.size * lossDm!), 3);
  const x = await step.x.data<'float32'>();
  const average = x.reduce((a, b) => a + b) / x.length;
  expect(mean).toBeCloseTo(average, 5);
  expect(std).toBeCloseTo(Math.sqrt(x.reduce((sum, v) => sum + (v - average) ** 2, 0) / x.length), 5);
  const [old, next, kept] = [await flat(theta), await flat(step.params), await flat(step.average)];
  kept.forEach((value, i) => expect(value).toBeCloseTo(0.9 * old[i]! + 0.1 * next[i]!, 5));
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../../diffusion/edm.ts';
import { addNoise } from '../../diffusion/forward.ts';
import { gaussianMixture } from '../../diffusion/gaussian-mixture.ts';
import { scoreFromMu } from '../../diffusion/predictions.ts';
import { levelTensors, type NoiseSchedule, perSample } from '../../diffusion/schedule.ts';
import { vpSchedule } from '../../diffusion/vp.ts';
import { startEngine } from '../../engine/start.ts';
import { Random } from '../../random.ts';
import { mixtureDenoise } from '../../teachers/mixture.ts';
import { gradientOnX, weightOf, type Weighting } from './weightings.ts';

const names: Weighting[] = ['eq8', 'alg2', 'sigma-over-alpha', 'sigma3-over-alpha'];

beforeAll(() => startEngine({ engine: 'cpu' }));

/** A batch of four at four noise levels, seen by two exact mixtures. */
function example(schedule: NoiseSchedule) {
  const real = gaussianMixture({ means: [[-0.8, 0], [0.8, 0]], covariance: 0.15 ** 2 }); // prettier-ignore
  const fake = gaussianMixture({ means: [[0.1, -0.2]], covariance: 0.5 ** 2 });
  const levels = [20, 400, 700, 900].map((index) => schedule.level(index));
  const level = levelTensors(levels);
  const random = Random.fromSeed(7);
  const x = tf.tensor2d(random.normal(8), [4, 2]);
  const x_t = addNoise(x, tf.tensor2d(random.normal(8), [4, 2]), level);
  const [mu_real, mu_fake] = [mixtureDenoise(real, x_t, level), mixtureDenoise(fake, x_t, level)];
  return { levels, level, x_t, estimates: { x, mu_real, mu_fake } };
}

test.each(names)('%s is its w_t times α (s_fake − s_real)', async (name) => {
  const { level, x_t, estimates } = example(vpSchedule());
  const difference = tf.sub(scoreFromMu(estimates.mu_fake, x_t, level), scoreFromMu(estimates.mu_real, x_t, level));
  const expected = tf.mul(tf.mul(weightOf(name, estimates, level), perSample(level.alpha, 2)), difference);
  const actual = await gradientOnX(name, estimates, level).data();
  (await expected.data()).forEach((value, i) => expect(actual[i]! / value).toBeCloseTo(1, 3));
});

test('alg2 is eq8 without its factor α: another gradient for a VP teacher, the same for an EDM one', async () => {
  const vp = example(vpSchedule());
  const eq8 = await gradientOnX('eq8', vp.estimates, vp.level).data();
  const alg2 = await gradientOnX('alg2', vp.estimates, vp.level).data();
  alg2.forEach((value, i) => expect(eq8[i]! / value).toBeCloseTo(vp.levels[i >> 1]!.alpha, 6));
  expect(eq8[6]! / alg2[6]!).toBeLessThan(0.2);

  const edm = example(edmSchedule());
  const [a, b] = [gradientOnX('eq8', edm.estimates, edm.level), gradientOnX('alg2', edm.estimates, edm.level)];
  expect(await a.data()).toEqual(await b.data());
});

test.each(names)('%s has no gradient where fake and real agree', async (name) => {
  const { level, estimates } = example(vpSchedule());
  const gradient = await gradientOnX(name, { ...estimates, mu_fake: estimates.mu_real }, level).data();
  expect([...gradient].every((value) => value === 0)).toBe(true);
});

test('a sample that the teacher would leave as it is has no gradient, and a NaN is not hidden', async () => {
  const { level, estimates } = example(edmSchedule());
  const settled = { ...estimates, mu_real: estimates.x };
  expect([...(await gradientOnX('alg2', settled, level).data())].every((value) => value === 0)).toBe(true);
  const broken = { ...estimates, mu_fake: tf.fill([4, 2], NaN) };
  expect([...(await gradientOnX('alg2', broken, level).data())].every(Number.isNaN)).toBe(true);
});

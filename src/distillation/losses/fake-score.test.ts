import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../../diffusion/edm.ts';
import { addNoise } from '../../diffusion/forward.ts';
import { epsFromMu } from '../../diffusion/predictions.ts';
import { levelTensors } from '../../diffusion/schedule.ts';
import { vpSchedule } from '../../diffusion/vp.ts';
import { startEngine } from '../../engine/start.ts';
import { fakeScoreLoss } from './fake-score.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const x = () => tf.tensor2d([0.5, -0.2, 0.1, 0.9], [2, 2]);
const eps = () => tf.tensor2d([1, -1, 0.5, 2], [2, 2]);
const mu_fake = () => tf.tensor2d([0.4, 0, 0.3, 0.5], [2, 2]);

test("a DDPM teacher's weight makes it the plain squared error of ε", async () => {
  const schedule = vpSchedule();
  const level = levelTensors([schedule.level(100), schedule.level(600)]);
  const eps_fake = epsFromMu(mu_fake(), addNoise(x(), eps(), level), level);
  const expected = (await tf.mean(tf.squaredDifference(eps_fake, eps())).data())[0]!;
  const actual = (await fakeScoreLoss('vp', mu_fake(), x(), level).data())[0]!;
  expect(actual / expected).toBeCloseTo(1, 4);
});

test("an EDM teacher's weight is σ⁻² + σ_data⁻²", async () => {
  const schedule = edmSchedule();
  const level = levelTensors([schedule.levelAt(0.5), schedule.levelAt(10)]);
  const expected = (8 * (0.01 + 0.04) + 4.01 * (0.04 + 0.16)) / 4;
  expect((await fakeScoreLoss('edm', mu_fake(), x(), level).data())[0]).toBeCloseTo(expected, 5);
});

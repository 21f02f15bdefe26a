import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gaussianMixture } from '../../diffusion/gaussian-mixture.ts';
import { levelTensors } from '../../diffusion/schedule.ts';
import { vpSchedule } from '../../diffusion/vp.ts';
import { startEngine } from '../../engine/start.ts';
import { mixtureDenoise } from '../../teachers/mixture.ts';
import { affineDenoise, requirePlane } from './affine.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

test('its score is that of the Gaussian N(b, Wᵀ W)', async () => {
  const [w11, w12, w21, w22] = [0.9, 0.2, -0.3, 0.5];
  const params = { weight: tf.tensor2d([w11, w12, w21, w22], [2, 2]), bias: tf.tensor1d([0.4, -0.2]) };
  const covariance = [[w11 ** 2 + w21 ** 2, w11 * w12 + w21 * w22], [w11 * w12 + w21 * w22, w12 ** 2 + w22 ** 2]]; // prettier-ignore
  const gaussian = gaussianMixture({ means: [[0.4, -0.2]], covariance });
  const x_t = tf.tensor2d([1, 2, -0.5, 0.3, 0, -1], [3, 2]);
  const level = levelTensors([10, 300, 800].map((index) => vpSchedule().level(index)));
  const expected = await mixtureDenoise(gaussian, x_t, level).data();
  (await affineDenoise(params, x_t, level).data()).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
});

test('a teacher outside the plane is refused', () => {
  expect(() => requirePlane({ name: 'mnist', sampleShape: [28, 28, 1] })).toThrow(/`mnist` has the shape `28×28×1`/);
});

/** The losses against numbers that the authors' own code printed. */
import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../diffusion/edm.ts';
import { addNoise } from '../diffusion/forward.ts';
import { gaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { levelTensors, type NoiseLevels } from '../diffusion/schedule.ts';
import { startEngine } from '../engine/start.ts';
import { mixtureDenoise } from '../teachers/mixture.ts';
import { disagreement, distributionMatchingLoss } from './losses/distribution-matching.ts';
import { fakeScoreLoss } from './losses/fake-score.ts';

const file = '../shared/golden/dmd-reference.json';
const absent = !existsSync(file);
if (absent) console.log(`skipped: ${file} is not here`);

beforeAll(() => startEngine({ engine: 'cpu' }));

test.skipIf(absent)("losses and gradient of the authors' code", async () => {
  type Numbers = Record<'lossDm' | 'gradientNorm' | 'lossFake', number> &
    Record<`dLoss_dx_sample${0 | 1}_row0`, number[]>;
  const expected = (JSON.parse(readFileSync(file, 'utf8')) as { case: { float64: Numbers } }).case.float64;
  const relative = (actual: number, value: number) => expect(Math.abs(actual / value - 1)).toBeLessThan(1e-5);

  // every pixel of an isotropic Gaussian is denoised alike, as in one dimension of many samples
  const gaussian = (mean: number, std: number) => {
    const mixture = gaussianMixture({ means: [Array<number>(16).fill(mean)], covariance: std ** 2 });
    return (x_t: tf.Tensor, l: NoiseLevels) =>
      tf.reshape(mixtureDenoise(mixture, tf.reshape(x_t, [2, 16]), l), x_t.shape);
  };
  const image = (of: (i: number) => number) =>
    tf.tensor4d(
      Float32Array.from({ length: 32 }, (_, i) => of(i)),
      [2, 4, 4, 1],
    );
  const x = image((i) => i / 32 - 0.5);
  const eps = image(Math.sin);
  const schedule = edmSchedule();
  const level = levelTensors([100, 700].map((index) => schedule.level(index)));
  const [real, fake] = [gaussian(0.3, 0.5), gaussian(-0.1, 0.4)];

  const { gradient } = disagreement({ real, fake }, 'alg2', x, eps, level);
  const target = tf.sub(x, gradient);
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => distributionMatchingLoss(x, target))(x);
  relative((await value.data())[0]!, expected.lossDm);
  relative((await tf.norm(gradient).data())[0]!, expected.gradientNorm);
  const dLoss_dx = await grad.data();
  for (const sample of [0, 1] as const) {
    const largest = Math.max(...dLoss_dx.subarray(sample * 16, (sample + 1) * 16).map(Math.abs));
    expected[`dLoss_dx_sample${sample}_row0`].forEach((of64, i) =>
      expect(Math.abs(dLoss_dx[sample * 16 + i]! - of64) / largest).toBeLessThan(3e-4),
    );
  }

  const lossFake = fakeScoreLoss('edm', fake(addNoise(x, eps, level), level), x, level);
  relative((await lossFake.data())[0]!, expected.lossFake);
});

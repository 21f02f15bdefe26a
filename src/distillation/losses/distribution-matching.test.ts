import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gaussianMixture, diffused, logDensity } from '../../diffusion/gaussian-mixture.ts';
import { levelTensors, type NoiseLevel } from '../../diffusion/schedule.ts';
import { vpSchedule } from '../../diffusion/vp.ts';
import { startEngine } from '../../engine/start.ts';
import { mixtureDenoise } from '../../teachers/mixture.ts';
import { affineDenoise, affineGenerator } from '../generator/affine.ts';
import { disagreement, distributionMatchingLoss, noFakeScore } from './distribution-matching.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const real = gaussianMixture({
  weights: [1, 2],
  means: [[-0.8, 0.1], [0.6, -0.3]], // prettier-ignore
  covariance: { each: [0.2, [[0.3, 0.1], [0.1, 0.2]]] }, // prettier-ignore
});

/** Points and weights whose sum is the mean over N(0, I) in `dimensions`: the trapezoid rule, exact to 1e-8 here. */
function normalGrid(dimensions: number, nodes: number, reach: number) {
  const line = Array.from({ length: nodes }, (_, i) => -reach + (2 * reach * i) / (nodes - 1));
  const mass = line.map((t) => Math.exp(-(t ** 2) / 2));
  const total = mass.reduce((a, b) => a + b);
  let points: { at: number[]; weight: number }[] = [{ at: [], weight: 1 }];
  for (let d = 0; d < dimensions; d++) {
    points = points.flatMap(({ at, weight }) => line.map((t, i) => ({ at: [...at, t], weight: (weight * mass[i]!) / total }))); // prettier-ignore
  }
  return points;
}

/** KL(q_t ‖ p_t) for q = N(b, Wᵀ W) in the plane, in float64. */
function diffusedKl([w11, w12, w21, w22, b1, b2]: number[], level: NoiseLevel): number {
  const S = [
    [w11! ** 2 + w21! ** 2, w11! * w12! + w21! * w22!],
    [w11! * w12! + w21! * w22!, w12! ** 2 + w22! ** 2],
  ];
  const q_t = diffused(gaussianMixture({ means: [[b1!, b2!]], covariance: S }), level);
  const p_t = diffused(real, level);
  const { mean, variances, axes } = q_t.components[0]!;
  return normalGrid(2, 61, 8).reduce((kl, { at, weight }) => {
    const x = mean.map(
      (m, i) => m + axes!.reduce((sum, axis, j) => sum + axis[i]! * Math.sqrt(variances[j]!) * at[j]!, 0),
    );
    return kl + weight * (logDensity(q_t, x) - logDensity(p_t, x));
  }, 0);
}

test('with exact scores, one level and w_t = 1 the expected gradient is that of the diffused KL', async () => {
  const theta = [0.9, 0.2, -0.3, 0.5, 0.4, -0.2];
  const noiseLevel = vpSchedule().level(350);
  const grid = normalGrid(4, 19, 5.4);
  const n = grid.length;
  const plane = (first: number) => tf.tensor2d(Float32Array.from(grid.flatMap(({ at }) => [at[first]!, at[first + 1]!])), [n, 2]); // prettier-ignore
  const [z, eps] = [plane(0), plane(2)];
  const level = levelTensors(Array.from({ length: n }, () => noiseLevel));
  const params = { weight: tf.tensor2d(theta.slice(0, 4), [2, 2]), bias: tf.tensor1d(theta.slice(4)) };

  const x = affineGenerator.generate(params, z);
  const scores = {
    real: (x_t: tf.Tensor, l: typeof level) => mixtureDenoise(real, x_t, l),
    fake: (x_t: tf.Tensor, l: typeof level) => affineDenoise(params, x_t, l),
  };
  // this weighting depends on t alone, so that dividing by it leaves w_t = 1
  const w_t = noiseLevel.sigma ** 3 / noiseLevel.alpha;
  const { gradient } = disagreement(scores, 'sigma3-over-alpha', x, eps, level);
  const share = tf.tensor2d(
    grid.map(({ weight }) => weight / w_t),
    [n, 1],
  );
  const gradients = tf.grads((weight: tf.Tensor, bias: tf.Tensor) =>
    tf.sum(tf.mul(tf.mul(share, gradient), affineGenerator.generate({ weight, bias }, z))),
  )([params.weight, params.bias]);
  const actual = (await Promise.all(gradients.map((g) => g.data()))).flatMap((values) => [...values]);

  const h = 1e-4;
  theta.forEach((_, i) => {
    const moved = (by: number) => diffusedKl(theta.with(i, theta[i]! + by), noiseLevel);
    expect(Math.abs(actual[i]! - (moved(h) - moved(-h)) / (2 * h))).toBeLessThan(1e-4);
  });
  expect(Math.max(...actual.map(Math.abs))).toBeGreaterThan(0.05);
});

test('the gradient that reaches x is the given one over the number of elements', async () => {
  const x = tf.tensor2d([0.5, -1, 2, 0.25], [2, 2]);
  const target = tf.sub(x, tf.tensor2d([1, 2, 3, 4], [2, 2]));
  const reached = await tf
    .grad((x: tf.Tensor) => distributionMatchingLoss(x, target))(x)
    .data();
  expect([...reached]).toEqual([0.25, 0.5, 0.75, 1]);
});

test('without a fake score x goes to where the teacher sees it, whatever the noise', async () => {
  const level = levelTensors([vpSchedule().level(500)]);
  const [x, eps] = [tf.tensor2d([0.3, 0.4], [1, 2]), tf.tensor2d([1, -1], [1, 2])];
  const scores = { real: () => tf.tensor2d([0.1, 0.8], [1, 2]), fake: noFakeScore };
  const gradient = await disagreement(scores, 'alg2', x, eps, level).gradient.data();
  expect(gradient[0]).toBeCloseTo(0.2 / 0.3, 5);
  expect(gradient[1]).toBeCloseTo(-0.4 / 0.3, 5);
});

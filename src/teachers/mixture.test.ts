import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { edmSchedule } from '../diffusion/edm.ts';
import { diffused, gaussianMixture, logDensity, score } from '../diffusion/gaussian-mixture.ts';
import { muFrom } from '../diffusion/predictions.ts';
import { levelTensors, type NoiseLevel } from '../diffusion/schedule.ts';
import { vpSchedule } from '../diffusion/vp.ts';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import { mixtureDenoise, mixtureLogDensity, mixtureScore, mixtureTeacher } from './mixture.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const mixtures = {
  isotropic: gaussianMixture({
    weights: [1, 2, 1],
    means: [
      [0.8, 0, 0],
      [-0.8, 0.1, 0.3],
      [0, 1, -1],
    ],
    covariance: 0.0225,
  }),
  diagonal: gaussianMixture({
    means: [
      [1, 0],
      [-1, 0.5],
    ],
    covariance: {
      each: [
        [0.1, 0.4],
        [0.02, 0.3],
      ],
    },
  }),
  full: gaussianMixture({
    weights: [1, 3],
    means: [
      [1, 0],
      [-1, 0.5],
    ],
    covariance: {
      each: [
        [
          [0.5, 0.2],
          [0.2, 0.3],
        ],
        0.09,
      ],
    },
  }),
};
const [edm, vp] = [edmSchedule(), vpSchedule()];
const cases = Object.entries(mixtures).flatMap(([name, mixture]) => [
  { name: `${name}, EDM`, mixture, levels: [0.02, 0.5, 4, 80].map((sigma) => edm.levelAt(sigma)) },
  { name: `${name}, VP`, mixture, levels: [5, 200, 600, 999].map((time) => vp.levelAt(time)) },
]);

/** A point near each level's distribution. */
function noisyPoints(dimensions: number, levels: NoiseLevel[]): number[][] {
  const random = Random.fromSeed(3);
  return levels.map(({ alpha, sigma }) => Array.from(random.normal(dimensions), (e) => (alpha + sigma) * e));
}

const expectClose = (actual: ArrayLike<number>, expected: number[], relative: number) => {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThan(relative * scale));
};

describe.each(cases)('the exact teacher: $name', ({ mixture, levels }) => {
  const points = noisyPoints(mixture.dimensions, levels);
  const x_t = () => tf.tensor2d(points);
  const perPoint = <T>(f: (p: ReturnType<typeof diffused>, x: number[]) => T) =>
    points.map((x, i) => f(diffused(mixture, levels[i]!), x));

  it('has the density and the score of the float64 formulas', async () => {
    expectClose(await mixtureLogDensity(mixture, x_t(), levelTensors(levels)).data(), perPoint(logDensity), 1e-5);
    // each level by itself, since scores at small noise dwarf the others
    const scores = await mixtureScore(mixture, x_t(), levelTensors(levels)).data();
    perPoint(score).forEach((s, i) => expectClose(scores.subarray(i * s.length, (i + 1) * s.length), s, 1e-4));
  });

  it('denoises to the μ whose score by Eq. 4 is the gradient of the log density', async () => {
    const mu = await mixtureDenoise(mixture, x_t(), levelTensors(levels)).data();
    const fromScore = perPoint(score).flatMap((s, i) =>
      s.map((value, j) => (points[i]![j]! + levels[i]!.sigma ** 2 * value) / levels[i]!.alpha),
    );
    expectClose(mu, fromScore, 1e-5);
    const onTensors = muFrom('score', mixtureScore(mixture, x_t(), levelTensors(levels)), x_t(), levelTensors(levels));
    expectClose(await onTensors.data(), fromScore, 3e-3); // ᾱ = 4e-5 magnifies float32's rounding 158 times
  });
});

describe('mixtureTeacher', () => {
  it('with one component is the closed form m + s² / (s² + σ²) (x − m)', async () => {
    const [m, s] = [[0.3, -0.2], 0.5];
    const teacher = mixtureTeacher('one', gaussianMixture({ means: [m], covariance: s ** 2 }), edm);
    const level = edm.levelAt(0.7);
    const mu = teacher.denoise({}, tf.tensor2d([[1, 2]]), levelTensors([level]));
    const shrink = s ** 2 / (s ** 2 + 0.49);
    expectClose(await mu.data(), [0.3 + shrink * 0.7, -0.2 + shrink * 2.2], 1e-6);
  });

  it('is finite however far x_t is', async () => {
    const teacher = mixtureTeacher('far', mixtures.full, edm);
    const mu = teacher.denoise({}, tf.tensor2d([[1e4, -1e4]]), levelTensors([edm.level(0)]));
    expect((await mu.data()).every(Number.isFinite)).toBe(true);
  });

  it('leaks no tensor', () => {
    const teacher = mixtureTeacher('tidy', mixtures.full, edm);
    const [x_t, level] = [tf.tensor2d([[1, 2]]), levelTensors([edm.level(500)])];
    const before = tf.memory().numTensors;
    teacher.denoise({}, x_t, level).dispose();
    mixtureScore(mixtures.full, x_t, level).dispose();
    mixtureLogDensity(mixtures.full, x_t, level).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has a fingerprint of its formula', () => {
    const of = (means: number[][], schedule = edm) =>
      mixtureTeacher('any', gaussianMixture({ means, covariance: 1 }), schedule).fingerprint;
    expect(of([[0], [1]])).toBe(of([[0], [1]]));
    const others = [
      of([[0], [1]]),
      of([[0], [1.001]]),
      of([[0], [1]], vp),
      of([[0], [1]], edmSchedule({ sigmaMax: 79 })),
    ];
    expect(new Set(others).size).toBe(4);
  });
});

import { describe, expect, it } from 'vitest';
import { DmdError } from '../errors.ts';
import { Random } from '../random.ts';
import {
  diffused,
  gaussianMixture,
  logDensity,
  responsibilities,
  rootMeanSquare,
  sampleMixture,
  score,
} from './gaussian-mixture.ts';

const full = gaussianMixture({
  weights: [1, 3],
  means: [
    [0.5, -0.2],
    [-1, 0.4],
  ],
  covariance: {
    each: [
      [
        [0.5, 0.2],
        [0.2, 0.3],
      ],
      [0.04, 0.25],
    ],
  },
});

describe('gaussianMixture', () => {
  it('has the density of the textbook formula', () => {
    const x = [0.1, 0.3];
    // N(x; m, Σ) with Σ⁻¹ = [[.3, −.2], [−.2, .5]] / .11, and a product of two normals
    const [a, b] = [x[0]! - 0.5, x[1]! + 0.2];
    const first = Math.exp(-(0.3 * a * a - 0.4 * a * b + 0.5 * b * b) / 0.22) / (2 * Math.PI * Math.sqrt(0.11));
    const second = Math.exp(-((x[0]! + 1) ** 2) / 0.08 - (x[1]! - 0.4) ** 2 / 0.5) / (2 * Math.PI * 0.2 * 0.5);
    expect(logDensity(full, x)).toBeCloseTo(Math.log(0.25 * first + 0.75 * second), 12);
    const shares = responsibilities(full, x);
    expect(shares[0]).toBeCloseTo((0.25 * first) / (0.25 * first + 0.75 * second), 12);
    expect(shares[0]! + shares[1]!).toBeCloseTo(1, 14);
  });

  it.each([
    ['clean', { alpha: 1, sigma: 0 }],
    ['EDM', { alpha: 1, sigma: 0.7 }],
    ['VP', { alpha: 0.6, sigma: 0.8 }],
  ])('has the score of its density, by finite differences: %s', (_name, level) => {
    const p = diffused(full, level);
    for (const x of [
      [0.1, 0.3],
      [-1, 0.4],
      [2, -3],
    ]) {
      const h = 1e-5;
      const numeric = [0, 1].map((i) => {
        const at = (delta: number) =>
          logDensity(
            p,
            x.map((value, j) => value + (i === j ? delta : 0)),
          );
        return (at(h) - at(-h)) / (2 * h);
      });
      score(p, x).forEach((s, i) => expect(Math.abs(s - numeric[i]!)).toBeLessThan(1e-7 * (1 + Math.abs(s))));
    }
  });

  it('stays finite far from every mode', () => {
    expect(logDensity(full, [1e6, 1e6])).toBeLessThan(-1e11);
    expect(score(full, [1e6, 1e6]).every(Number.isFinite)).toBe(true);
  });

  it('is diffused like its samples', () => {
    // the density of x_t is ∫ p(x) N(x_t; α x, σ² I) dx, here a Monte Carlo mean
    const level = { alpha: 0.8, sigma: 0.6 };
    const x_t = [0.2, 0.1];
    const n = 40_000;
    const x = sampleMixture(full, n, Random.fromSeed(1));
    let [sum, sumOfSquares] = [0, 0];
    for (let i = 0; i < n; i++) {
      const squared = (x_t[0]! - 0.8 * x[2 * i]!) ** 2 + (x_t[1]! - 0.8 * x[2 * i + 1]!) ** 2;
      const kernel = Math.exp(-squared / (2 * 0.36)) / (2 * Math.PI * 0.36);
      sum += kernel;
      sumOfSquares += kernel ** 2;
    }
    const standardError = Math.sqrt((sumOfSquares / n - (sum / n) ** 2) / n);
    expect(Math.abs(Math.exp(logDensity(diffused(full, level), x_t)) - sum / n)).toBeLessThan(4 * standardError);
  });

  it('samples with the right moments', () => {
    const n = 40_000;
    const x = sampleMixture(full, n, Random.fromSeed(2));
    const moment = (f: (a: number, b: number) => number) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += f(x[2 * i]!, x[2 * i + 1]!);
      return sum / n;
    };
    // E x = Σ w m and E x xᵀ = Σ w (Σ_k + m mᵀ); a mean of n has a standard error below 1.2 / √n = 0.006
    expect(moment((a) => a)).toBeCloseTo(0.25 * 0.5 - 0.75, 1.6);
    expect(moment((_a, b) => b)).toBeCloseTo(0.25 * -0.2 + 0.75 * 0.4, 1.6);
    expect(moment((a) => a * a)).toBeCloseTo(0.25 * (0.5 + 0.25) + 0.75 * (0.04 + 1), 1.6);
    expect(moment((_a, b) => b * b)).toBeCloseTo(0.25 * (0.3 + 0.04) + 0.75 * (0.25 + 0.16), 1.6);
    expect(moment((a, b) => a * b)).toBeCloseTo(0.25 * (0.2 - 0.1) + 0.75 * -0.4, 1.6);
    expect(moment((a, b) => (a * a + b * b) / 2)).toBeCloseTo(rootMeanSquare(full) ** 2, 1.6);
  });

  it('depends on the random state alone', () => {
    const [a, b, c] = [7, 7, 8].map((seed) => sampleMixture(full, 10, Random.fromSeed(seed)));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it.each([
    ['no means', { means: [], covariance: 1 }, 'at least one mean'],
    ['a ragged mean', { means: [[0, 0], [1]], covariance: 1 }, 'Mean 1'],
    ['a negative weight', { weights: [1, -1], means: [[0], [1]], covariance: 1 }, 'Weight 1'],
    ['too few weights', { weights: [1], means: [[0], [1]], covariance: 1 }, '`1` weights'],
    ['a zero variance', { means: [[0]], covariance: 0 }, 'Covariance 0'],
    [
      'a matrix that is not symmetric',
      {
        means: [[0, 0]],
        covariance: [
          [1, 0.5],
          [0, 1],
        ],
      },
      'Covariance 0',
    ],
    [
      'an indefinite matrix',
      {
        means: [[0, 0]],
        covariance: [
          [1, 2],
          [2, 1],
        ],
      },
      'Covariance 0',
    ],
  ])('refuses %s', (_name, spec, message) => {
    expect(() => gaussianMixture(spec)).toThrow(DmdError);
    expect(() => gaussianMixture(spec)).toThrow(message);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { frechetDistance, GaussianStatistics } from './frechet.ts';
import type { Gaussian } from './frechet.ts';

const gaussian = (mean: number[], covariance: number[][]): Gaussian => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance.flat()),
});
const isotropic = (d: number, mean: number, variance: number): Gaussian => ({
  mean: new Float64Array(d).fill(mean),
  covariance: Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? variance : 0)),
});

describe('frechetDistance', () => {
  const golden = '../shared/golden/frechet.json';
  it.skipIf(!existsSync(golden))(`meets the golden cases, 2048 dimensions too (skipped without ${golden})`, () => {
    const { cases } = JSON.parse(readFileSync(golden, 'utf8'));
    const [small, large] = cases;
    expect(frechetDistance(gaussian(small.m1, small.c1), gaussian(small.m2, small.c2))).toBeCloseTo(small.distance, 8);
    expect(large).toMatchObject({ m1: 'zeros', c1: 'identity', m2: 'ones', c2: 'identity' });
    const distance = frechetDistance(isotropic(large.dim, 0, 1), isotropic(large.dim, 1, 1));
    expect(distance).toBeCloseTo(large.distance, 6);
  });

  it('is ‖m₁ − m₂‖² + Σ (σ₁ − σ₂)² for axes in common', () => {
    const a = gaussian(
      [1, 2],
      [
        [4, 0],
        [0, 0],
      ],
    );
    const b = gaussian(
      [0, 0],
      [
        [9, 0],
        [0, 16],
      ],
    );
    expect(frechetDistance(a, b)).toBeCloseTo(1 + 4 + 1 + 16, 10);
  });

  it('is symmetric, and zero between equals, also for singular covariances', () => {
    const random = Random.fromSeed(1);
    const draw = (samples: number): Gaussian => {
      const statistics = new GaussianStatistics(12);
      statistics.add(random.normal(12 * samples));
      return statistics.gaussian();
    };
    const [full, singular] = [draw(50), draw(5)];
    // a rounding error of 1e-16 in an eigenvalue 0 is 1e-8 in its root
    expect(frechetDistance(full, singular)).toBeCloseTo(frechetDistance(singular, full), 6);
    expect(frechetDistance(full, full)).toBeLessThan(1e-10);
    expect(frechetDistance(singular, singular)).toBeLessThan(1e-6);
  });

  it('takes 2 × 2 matrices without axes in common by their closed form', () => {
    // tr M^½ = √(tr M + 2 √det M) for M = C₁ C₂
    const [c1, c2] = [
      [
        [3, 1],
        [1, 2],
      ],
      [
        [1, -0.6],
        [-0.6, 4],
      ],
    ];
    const traceOfProduct = 3 * 1 + 2 * (1 * -0.6) + 2 * 4;
    const determinants = (3 * 2 - 1) * (1 * 4 - 0.36);
    const expected = 5 + 5 - 2 * Math.sqrt(traceOfProduct + 2 * Math.sqrt(determinants));
    expect(frechetDistance(gaussian([0, 0], c1!), gaussian([0, 0], c2!))).toBeCloseTo(expected, 10);
  });

  it('says so when a number is not finite', () => {
    expect(() => frechetDistance(gaussian([Number.NaN], [[1]]), gaussian([0], [[1]]))).toThrow(/is not finite/);
    expect(() => frechetDistance(gaussian([0], [[1]]), gaussian([0], [[Infinity]]))).toThrow(/is not finite/);
  });
});

describe('GaussianStatistics', () => {
  it('has the mean and covariance of all batches together, far from zero too', () => {
    const [d, n, offset] = [3, 40, 1e6];
    const values = Float64Array.from(Random.fromSeed(2).normal(d * n), (x, i) => offset + x * (1 + (i % d)));
    const statistics = new GaussianStatistics(d);
    for (const [from, to] of [
      [0, 1],
      [1, 1],
      [1, 26],
      [26, n],
    ])
      statistics.add(values.subarray(from! * d, to! * d));
    const { mean, covariance } = statistics.gaussian();
    expect(statistics.count).toBe(n);

    const rows = Array.from({ length: n }, (_, k) => [...values.subarray(k * d, (k + 1) * d)].map((x) => x - offset));
    const average = (f: (row: number[]) => number) => rows.reduce((sum, row) => sum + f(row), 0) / n;
    for (let i = 0; i < d; i++) {
      expect(mean[i]! - offset).toBeCloseTo(
        average((row) => row[i]!),
        7,
      );
      for (let j = 0; j < d; j++) {
        const moment = average((row) => row[i]! * row[j]!) - average((row) => row[i]!) * average((row) => row[j]!);
        expect(covariance[i * d + j]).toBeCloseTo((moment * n) / (n - 1), 6);
      }
    }
  });

  it('refuses a covariance of one sample', () => {
    const statistics = new GaussianStatistics(2);
    statistics.add([1, 2]);
    expect(() => statistics.gaussian()).toThrow(/at least 2 samples, not `1`/);
  });
});

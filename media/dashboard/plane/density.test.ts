import { expect, test } from 'vitest';
import { diffused, gaussianMixture, logDensity } from '../../../src/diffusion/gaussian-mixture.ts';
import { mixtureShapes } from '../../../src/teachers/mixture-shapes.ts';
import { REACH, toPlane, type Point } from '../draw/plane.ts';
import { contour, densityOf } from '../../../src/metrics/plane-density.ts';
import { diffuse, reachOfKernels } from '../scores/real-density.ts';

test('is the diffused mixture’s own density, row by row from the top', () => {
  const [means, stds, weights] = [mixtureShapes['two-modes'].means, [0.15, 0.3], [0.75, 0.25]];
  const [alpha, sigma] = [0.8, 0.4];
  const exact = diffused(gaussianMixture({ weights, means, covariance: { each: stds.map((std) => std ** 2) } }), {
    alpha,
    sigma,
  });
  const kernels = diffuse(
    { centres: Float32Array.from(means.flat()), stds: Float32Array.from(stds), weights: Float32Array.from(weights) },
    alpha,
    sigma,
  );
  const grid = { side: 40, reach: 2 };
  const density = densityOf(grid, kernels.centres, kernels.stds, kernels.weights);
  for (const [row, column] of [
    [20, 20],
    [3, 30],
    [12, 7],
  ] as const) {
    // prettier-ignore
    const x = ((2 * (column + 0.5)) / 40 - 1) * 2;
    const y = (1 - (2 * (row + 0.5)) / 40) * 2;
    expect(density[row * 40 + column]).toBeCloseTo(Math.exp(logDensity(exact, [x, y])), 5);
  }
  const all = density.reduce((sum, value) => sum + value, 0) * 0.1 ** 2;
  expect(all).toBeGreaterThan(0.99);
  expect(all).toBeLessThan(1.001);
});

test('lines of equal density of a round Gaussian are circles', () => {
  const grid = { side: 80, reach: 4 };
  const density = densityOf(grid, [0.5, -0.25], 1);
  const most = 1 / (2 * Math.PI);
  const pieces = contour(density, 80, most * Math.exp(-0.5));
  expect(pieces.length).toBeGreaterThan(100);
  expect(pieces.length % 4).toBe(0);
  for (let i = 0; i < pieces.length; i += 2) {
    const [x, y] = [(2 * pieces[i]! - 1) * 4, (1 - 2 * pieces[i + 1]!) * 4];
    expect(Math.hypot(x - 0.5, y + 0.25)).toBeCloseTo(1, 2);
  }
  expect(contour(density, 80, 2 * most)).toEqual([]);
});

test('a plot reaches around nearly all of it, in round values', () => {
  expect(reachOfKernels({ centres: Float32Array.of(-0.8, 0, 0.8, 0), stds: Float32Array.of(0.14, 0.14) })).toBe(1.25);
  expect(reachOfKernels({ centres: Float32Array.of(0, 0), stds: Float32Array.of(20) })).toBe(60);
});

test('is that of a mixture that is drawn, in the middle of every cell', () => {
  const means: Point[] = [
    [-0.8, 0.3],
    [0.5, -1],
    [1.2, 1.2],
  ];
  const std = 0.25;
  const side = 24;
  const density = densityOf({ side, reach: REACH }, means.flat(), std);
  const mixture = gaussianMixture({ means, covariance: std ** 2 });
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const exact = Math.exp(logDensity(mixture, toPlane([column + 0.5, row + 0.5], side)));
      expect(density[row * side + column]).toBeCloseTo(exact, 5);
    }
});

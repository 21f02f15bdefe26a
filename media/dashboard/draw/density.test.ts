import { expect, test } from 'vitest';
import { gaussianMixture, logDensity } from '../../../src/diffusion/gaussian-mixture.ts';
import { densityOn } from './density.ts';
import { toPlane, type Point } from './plane.ts';

test('the density is that of the mixture, in the middle of every cell', () => {
  const means: Point[] = [
    [-0.8, 0.3],
    [0.5, -1],
    [1.2, 1.2],
  ];
  const std = 0.25;
  const side = 24;
  const density = densityOn(side, means, std);
  const mixture = gaussianMixture({ means, covariance: std ** 2 });
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const exact = Math.exp(logDensity(mixture, toPlane([column + 0.5, row + 0.5], side)));
      expect(density[row * side + column]).toBeCloseTo(exact, 5);
    }
});

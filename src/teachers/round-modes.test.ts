import { expect, test } from 'vitest';
import { gaussianMixture, type GaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { mixturePreset } from './mixture-presets.ts';
import { roundModes } from './round-modes.ts';

test('are means, standard deviations and shares, those of a drawn mixture one by one', () => {
  const mixture = gaussianMixture({
    weights: [1, 3],
    means: [
      [-1, 0.5],
      [1, 0],
    ],
    covariance: { each: [0.2 ** 2, 0.5 ** 2] },
  });
  const modes = roundModes({ sampleShape: [2], mixture })!;
  expect(modes.map(({ mean, weight }) => [...mean, weight])).toEqual([
    [-1, 0.5, 0.25],
    [1, 0, 0.75],
  ]);
  expect(modes[1]!.std).toBeCloseTo(0.5, 12);
  expect(roundModes(mixturePreset('ring'))).toHaveLength(8);
});

const of = (mixture: GaussianMixture) => roundModes({ sampleShape: [mixture.dimensions], mixture });

test('are not told of what is not round, not in the plane, or no mixture', () => {
  expect(of(gaussianMixture({ means: [[0, 0]], covariance: [1, 2] }))).toBeUndefined();
  expect(of(gaussianMixture({ means: [[0, 0, 0]], covariance: 1 }))).toBeUndefined();
  expect(roundModes({ sampleShape: [2] })).toBeUndefined();
});

/**
 * Four mixtures in the plane to learn on: each is a picture of something that can go wrong when distributions are matched.
 */
import { edmSchedule } from '../diffusion/edm.ts';
import { gaussianMixture, type GaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { mixtureTeacher, type MixtureTeacher } from './mixture.ts';

const presets = {
  /** Two modes far apart: does the generator keep both? */
  'two-modes': () =>
    isotropic(
      [-0.8, 0.8].map((x) => [x, 0]),
      0.15,
    ),
  /** Eight modes on the unit circle. */
  ring: () =>
    isotropic(
      Array.from({ length: 8 }, (_, k) => polar(1, (k / 8) * 2 * Math.PI)),
      0.1,
    ),
  /** Twenty-five modes on a square lattice of spacing 0.5. */
  grid: () =>
    isotropic(
      [-1, -0.5, 0, 0.5, 1].flatMap((x) => [-1, -0.5, 0, 0.5, 1].map((y) => [x, y])),
      0.06,
    ),
  /** A curve of one and a half turns, r = θ / 3π from θ = π/2, made of forty overlapping components. */
  spiral: () => isotropic(alongSpiral(40, Math.PI / 2, 3 * Math.PI), 0.05),
} satisfies Record<string, () => GaussianMixture>;

export type MixturePreset = keyof typeof presets;

export const mixturePresets = Object.keys(presets) as readonly MixturePreset[];

export const isMixturePreset = (name: string): name is MixturePreset => Object.hasOwn(presets, name);

/** The exact teacher of a preset, on EDM's schedule. */
export function mixturePreset(name: MixturePreset): MixtureTeacher {
  return mixtureTeacher(name, presets[name](), edmSchedule());
}

/** Equally likely components of one standard deviation in every direction. */
function isotropic(means: number[][], std: number): GaussianMixture {
  return gaussianMixture({ means, covariance: std ** 2 });
}

const polar = (radius: number, angle: number) => [radius * Math.cos(angle), radius * Math.sin(angle)];

/** `count` points from angle `first` to `last` of the spiral r = θ / last, spread evenly along the curve. */
function alongSpiral(count: number, first: number, last: number): number[][] {
  // arc length grows nearly as θ², so even steps of θ² are even steps along the curve
  return Array.from({ length: count }, (_, k) => {
    const angle = Math.sqrt(first ** 2 + (k / (count - 1)) * (last ** 2 - first ** 2));
    return polar(angle / last, angle);
  });
}

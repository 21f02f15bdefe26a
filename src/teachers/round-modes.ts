/**
 * The modes of an exact teacher of the plane, as they are told to those who draw its density.
 */
import type { GaussianMixture } from '../diffusion/gaussian-mixture.ts';
import type { Teacher } from './teacher.ts';

/** A round Gaussian in the plane and its share of a mixture, whose shares sum to 1. */
export interface RoundMode {
  readonly mean: readonly [x: number, y: number];
  readonly std: number;
  readonly weight: number;
}

/** The modes of `teacher`; undefined where it is no mixture of the plane or has modes that are not round. */
export function roundModes(
  teacher: Pick<Teacher, 'sampleShape'> & { readonly mixture?: GaussianMixture },
): RoundMode[] | undefined {
  const { dimensions, components = [] } = teacher.mixture ?? {};
  const isRound = components.every(({ variances: [across, down] }) => across === down);
  if (dimensions !== 2 || !isRound) return undefined;
  return components.map(({ mean, variances, weight }) => ({
    mean: mean as [number, number],
    std: Math.sqrt(variances[0]!),
    weight,
  }));
}

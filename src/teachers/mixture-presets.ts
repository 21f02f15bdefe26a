/**
 * Mixtures in the plane to learn on, by name, as exact teachers.
 */
import { edmSchedule } from '../diffusion/edm.ts';
import { gaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { mixtureTeacher, type MixtureTeacher } from './mixture.ts';
import { mixtureShapes } from './mixture-shapes.ts';

export type MixturePreset = keyof typeof mixtureShapes;

export const mixturePresets = Object.keys(mixtureShapes) as readonly MixturePreset[];

export const isMixturePreset = (name: string): name is MixturePreset => Object.hasOwn(mixtureShapes, name);

/** The exact teacher of a preset, on EDM's schedule. */
export function mixturePreset(name: MixturePreset): MixtureTeacher {
  const { means, std } = mixtureShapes[name];
  return mixtureTeacher(name, gaussianMixture({ means, covariance: std ** 2 }), edmSchedule());
}

/**
 * The one noise level that the generator is told, always the same: "the teacher without its time input".
 */
import type { NoiseLevel, NoiseSchedule } from '../../diffusion/schedule.ts';

/**
 * The level at `timestep`, in the teacher's own unit (σ for EDM, index for DDPM), or by default the one that a teacher's
 * family is measured to like: the noisiest for EDM; the middle one for DDPM, whose last levels have so little signal that
 * G(z) = (z − σ ε(z)) / α magnifies every error of ε a hundredfold. A usage error when the schedule has no such level.
 */
export function conditioningLevel(schedule: NoiseSchedule, timestep?: number): NoiseLevel {
  if (timestep !== undefined) return schedule.levelAt(timestep);
  return schedule.level(schedule.family === 'edm' ? schedule.size - 1 : Math.floor(schedule.size / 2));
}

/** What N(0, 1) noise is multiplied by on its way in: σ_c for EDM, whose x_t at σ_c has that size; 1 for DDPM. */
export const inputScale = (schedule: NoiseSchedule, { sigma }: NoiseLevel): number =>
  schedule.family === 'edm' ? sigma : 1;

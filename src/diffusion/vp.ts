/**
 * The DDPM schedules (variance preserving): x_t = √ᾱ_t x + √(1 − ᾱ_t) ε, with the timestep's index as the time.
 */
import { usageError } from '../errors.ts';
import type { NoiseLevel, NoiseSchedule } from './schedule.ts';

/** `n` values of β, evenly spaced from `start` to `end` (Ho et al. 2020, section 4). */
export function linearBetas(n = 1000, start = 1e-4, end = 0.02): number[] {
  return Array.from({ length: n }, (_, i) => start + (i / (n - 1)) * (end - start));
}

/** `n` values of β whose square roots are evenly spaced (latent diffusion; diffusers' `scaled_linear`). */
export function scaledLinearBetas(n = 1000, start = 0.00085, end = 0.012): number[] {
  return linearBetas(n, Math.sqrt(start), Math.sqrt(end)).map((root) => root ** 2);
}

/** ᾱ_t = Π_{s ≤ t} (1 − β_s). */
export function alphaBarsOf(betas: readonly number[]): number[] {
  let alphaBar = 1;
  return betas.map((beta) => (alphaBar *= 1 - beta));
}

/**
 * The schedule of the given ᾱ, descending and inside (0, 1); the default is DDPM's. The network counts timesteps from
 * `firstTime`: level `index` has time `firstTime + index`.
 */
export function vpSchedule(alphaBars: readonly number[] = alphaBarsOf(linearBetas()), firstTime = 0): NoiseSchedule {
  const levels = alphaBars.map((alphaBar, i): NoiseLevel => {
    if (!(alphaBar > 0 && alphaBar < (alphaBars[i - 1] ?? 1))) {
      throw usageError(`A schedule's alpha-bars must fall inside (0, 1), but entry ${i} is \`${alphaBar}\`.`);
    }
    return { time: firstTime + i, alpha: Math.sqrt(alphaBar), sigma: Math.sqrt(1 - alphaBar) };
  });
  const lastTime = firstTime + levels.length - 1;
  return {
    family: 'vp',
    size: levels.length,
    level(index) {
      const level = levels[index];
      if (!level) throw new Error(`internal: noise level ${index} is outside 0…${levels.length - 1}`);
      return level;
    },
    levelAt(time) {
      const level = levels[time - firstTime];
      if (!level) {
        throw usageError(
          `The timestep of this teacher is an integer from ${firstTime} to ${lastTime}, not \`${time}\`.`,
        );
      }
      return level;
    },
  };
}

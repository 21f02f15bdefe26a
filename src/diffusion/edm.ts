/**
 * The EDM schedule (variance exploding): x_σ = x + σ ε, over the noise levels of Karras et al. 2022 (arXiv 2206.00364).
 */
import { usageError } from '../errors.ts';
import type { NoiseLevel, NoiseSchedule } from './schedule.ts';

/**
 * `n` noise levels, ascending from `sigmaMin` to `sigmaMax`, evenly spaced in σ^(1/ρ) (Karras et al. 2022, Eq. 5, which
 * lists them descending). One level alone is `sigmaMax`.
 */
export function karrasSigmas(n: number, sigmaMin: number, sigmaMax: number, rho: number): number[] {
  const [low, high] = [sigmaMin ** (1 / rho), sigmaMax ** (1 / rho)];
  return Array.from({ length: n }, (_, i) => (high + ((n - 1 - i) / Math.max(n - 1, 1)) * (low - high)) ** rho);
}

export interface EdmOptions {
  /** The number of levels that training draws from. */
  size?: number;
  sigmaMin?: number;
  sigmaMax?: number;
  /** How much the levels crowd towards σ_min. */
  rho?: number;
}

/** The EDM schedule; its defaults are those of DMD's EDM teachers: 1000 levels, σ from 0.002 to 80, ρ = 7. */
export function edmSchedule({ size = 1000, sigmaMin = 0.002, sigmaMax = 80, rho = 7 }: EdmOptions = {}): NoiseSchedule {
  const atSigma = (sigma: number): NoiseLevel => ({ time: sigma, alpha: 1, sigma });
  const levels = karrasSigmas(size, sigmaMin, sigmaMax, rho).map(atSigma);
  return {
    family: 'edm',
    size,
    level(index) {
      const level = levels[index];
      if (!level) throw new Error(`internal: noise level ${index} is outside 0…${size - 1}`);
      return level;
    },
    levelAt(sigma) {
      if (!(sigma > 0 && sigma < Infinity)) {
        throw usageError(`The noise level σ of an EDM teacher must be a positive number, not \`${sigma}\`.`);
      }
      return atSigma(sigma);
    },
  };
}

/**
 * DDIM with η = 0 (Song et al. 2020, arXiv 2010.02502, Eq. 12): keep the noise that the model sees, and put it back at
 * the next lower level.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NoiseLevel, NoiseSchedule } from '../diffusion/schedule.ts';
import { usageError } from '../errors.ts';
import type { Sampler } from './sampler.ts';

export interface DdimOptions {
  /**
   * Which of the T levels are visited. `trailing`: the noisiest and every T/steps-th below it, so that the start is
   * what the model knows as pure noise. `leading`: the least noisy and every T/steps-th above it, as diffusers does.
   */
  spacing?: 'trailing' | 'leading';
  /** Clip μ to −1…1, the range of images. */
  clipSample?: boolean;
  /** End without noise, ᾱ = 1; otherwise at the schedule's least noisy level. */
  setAlphaToOne?: boolean;
}

/** The indices of the levels that are visited, noisiest first. */
function visited(schedule: NoiseSchedule, steps: number, spacing: 'trailing' | 'leading'): number[] {
  const { size } = schedule;
  return Array.from({ length: steps }, (_, i) =>
    spacing === 'leading' ? (steps - 1 - i) * Math.floor(size / steps) : Math.round(size - (i * size) / steps) - 1,
  );
}

/** DDIM for teachers of either family; for an EDM one it is Euler's method over the schedule's own levels. */
export function ddim({ spacing = 'trailing', clipSample = false, setAlphaToOne = true }: DdimOptions = {}): Sampler {
  return {
    name: 'ddim',
    nfe: (steps) => steps,
    sample(model, z, schedule, { steps, onStep }) {
      if (!(Number.isInteger(steps) && steps >= 1 && steps <= schedule.size)) {
        throw usageError(
          `Sampler \`ddim\` takes a whole number of steps from 1 to the teacher's ${schedule.size}, not \`${steps}\`.`,
        );
      }
      const levels = visited(schedule, steps, spacing).map((index) => schedule.level(index));
      const end: NoiseLevel = setAlphaToOne ? { time: 0, alpha: 1, sigma: 0 } : schedule.level(0);

      let x: tf.Tensor = schedule.family === 'edm' ? tf.mul(z, levels[0]!.sigma) : tf.clone(z);
      for (const [i, level] of levels.entries()) {
        const next = levels[i + 1] ?? end;
        const x_next = tf.tidy(() => {
          const mu = model(x, level);
          const eps = tf.div(tf.sub(x, tf.mul(mu, level.alpha)), level.sigma);
          const mu_used = clipSample ? tf.clipByValue(mu, -1, 1) : mu;
          return tf.add(tf.mul(mu_used, next.alpha), tf.mul(eps, next.sigma));
        });
        x.dispose();
        x = x_next;
        onStep?.(i + 1, x);
      }
      return x;
    },
  };
}

/**
 * EDM's deterministic sampler: Heun's second-order method on dx/dσ = (x − D(x; σ)) / σ over the Karras grid
 * (Karras et al. 2022, Algorithm 1).
 */
import * as tf from '@tensorflow/tfjs-core';
import { karrasSigmas } from '../diffusion/edm.ts';
import { usageError } from '../errors.ts';
import type { Sampler } from './sampler.ts';

/** Heun's method with σ from the schedule's largest to its smallest over `steps` levels, then to 0. EDM teachers only. */
export function heun({ rho = 7 }: { rho?: number } = {}): Sampler {
  return {
    name: 'heun',
    nfe: (steps) => 2 * steps - 1,
    sample(model, z, schedule, { steps, onStep }) {
      if (schedule.family !== 'edm') {
        throw usageError("Sampler `heun` follows EDM's noise levels, and this teacher has DDPM's. Use sampler `ddim`.");
      }
      if (!(Number.isInteger(steps) && steps >= 1)) {
        throw usageError(`Sampler \`heun\` takes a whole number of steps, at least 1, not \`${steps}\`.`);
      }
      const [sigmaMin, sigmaMax] = [schedule.level(0).sigma, schedule.level(schedule.size - 1).sigma];
      const sigmas = [...karrasSigmas(steps, sigmaMin, sigmaMax, rho).reverse(), 0];
      const slope = (x: tf.Tensor, sigma: number) => tf.div(tf.sub(x, model(x, schedule.levelAt(sigma))), sigma);

      let x: tf.Tensor = tf.mul(z, sigmas[0]!);
      for (let i = 0; i < steps; i++) {
        const [sigma, sigmaNext] = [sigmas[i]!, sigmas[i + 1]!];
        const x_next = tf.tidy(() => {
          const d = slope(x, sigma);
          const x_euler = tf.add(x, tf.mul(d, sigmaNext - sigma));
          // at σ = 0 the slope is 0 / 0: the last step stays Euler's
          if (sigmaNext === 0) return x_euler;
          const d_next = slope(x_euler, sigmaNext);
          return tf.add(x, tf.mul(tf.add(d, d_next), (sigmaNext - sigma) / 2));
        });
        x.dispose();
        x = x_next;
        onStep?.(i + 1, x);
      }
      return x;
    },
  };
}

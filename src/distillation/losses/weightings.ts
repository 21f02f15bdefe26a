/**
 * The weights w_t of distribution matching, by name, as the gradient on x that each gives (Eq. 7):
 *   w_t α_t (s_fake − s_real)  with  s_fake − s_real = α_t d / σ_t²,  d = μ_fake − μ_real.
 */
import * as tf from '@tensorflow/tfjs-core';
import { perSample, type NoiseLevels } from '../../diffusion/schedule.ts';
import type { Config } from '../config.ts';

export type Weighting = Config['weighting'];

export type Estimates = { x: tf.Tensor; mu_real: tf.Tensor; mu_fake: tf.Tensor };

/**
 * The gradient on `x` [n, …], of its shape. With d as above and m = mean_CHW |μ_real − x| per sample:
 *
 * | name | w_t | gradient | from |
 * |---|---|---|---|
 * | `eq8` | σ² / (α m) | α d / m | the paper's Eq. 7 with Eq. 8 |
 * | `alg2` | σ² / (α² m) | d / m | the paper's Algorithm 2 and the authors' code, which drop an α; the same for EDM |
 * | `sigma-over-alpha` | σ / α | α d / σ | DreamFusion; Table 2 |
 * | `sigma3-over-alpha` | σ³ / α | α σ d | ProlificDreamer; Table 2 |
 *
 * A sample on which the teacher would change nothing (m = 0) has no gradient. Anything else that is not finite stays so,
 * for the training loop to see.
 */
export function gradientOnX(weighting: Weighting, { x, mu_real, mu_fake }: Estimates, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const [alpha, sigma] = [perSample(level.alpha, x.rank), perSample(level.sigma, x.rank)];
    const d = tf.sub(mu_fake, mu_real);
    switch (weighting) {
      case 'eq8':
        return tf.mul(alpha, tf.divNoNan(d, meanDistance(mu_real, x)));
      case 'alg2':
        return tf.divNoNan(d, meanDistance(mu_real, x));
      case 'sigma-over-alpha':
        return tf.div(tf.mul(alpha, d), sigma);
      case 'sigma3-over-alpha':
        return tf.mul(tf.mul(alpha, sigma), d);
    }
  });
}

/** w_t itself [n, 1, 1, …], to look at. */
export function weightOf(weighting: Weighting, { x, mu_real }: Estimates, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const [alpha, sigma] = [perSample(level.alpha, x.rank), perSample(level.sigma, x.rank)];
    switch (weighting) {
      case 'eq8':
        return tf.divNoNan(tf.square(sigma), tf.mul(alpha, meanDistance(mu_real, x)));
      case 'alg2':
        return tf.divNoNan(tf.square(sigma), tf.mul(tf.square(alpha), meanDistance(mu_real, x)));
      case 'sigma-over-alpha':
        return tf.div(sigma, alpha);
      case 'sigma3-over-alpha':
        return tf.div(tf.mul(tf.square(sigma), sigma), alpha);
    }
  });
}

/** m = mean_CHW |μ_real − x|, which is Eq. 8's ‖μ_real − x‖₁ / (C S); [n, 1, 1, …]. */
function meanDistance(mu_real: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const withoutBatch = Array.from({ length: x.rank - 1 }, (_, i) => i + 1);
  return tf.mean(tf.abs(tf.sub(mu_real, x)), withoutBatch, true);
}

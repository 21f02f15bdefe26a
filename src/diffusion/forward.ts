/**
 * The forward process: how a sample is made noisy.
 */
import * as tf from '@tensorflow/tfjs-core';
import { perSample, type NoiseLevels } from './schedule.ts';

/** x_t = α_t x + σ_t ε. `x` and `eps` ~ N(0, I) are [n, …]; `level` has one entry per sample. */
export function addNoise(x: tf.Tensor, eps: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const [alpha, sigma] = [perSample(level.alpha, x.rank), perSample(level.sigma, x.rank)];
    return tf.add(tf.mul(alpha, x), tf.mul(sigma, eps));
  });
}

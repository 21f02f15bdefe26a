/**
 * What a network may predict about x_t = α x₀ + σ ε, and how each prediction gives every other: by way of μ, the
 * estimate of the clean sample x₀.
 *
 * Everywhere `x_t`, `mu` and predictions are [n, …] of one shape, and `level` has one entry per sample.
 */
import * as tf from '@tensorflow/tfjs-core';
import { perSample, type NoiseLevels } from './schedule.ts';

/** `epsilon`: the noise ε. `x0`: the clean sample μ. `v`: α ε − σ x₀ (Salimans and Ho 2022). `score`: ∇ log p_t(x_t). */
export type PredictionKind = 'epsilon' | 'x0' | 'v' | 'score';

/** μ, from what a network predicted. */
export function muFrom(kind: PredictionKind, prediction: tf.Tensor, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const { alpha, sigma } = broadcast(level, x_t.rank);
    switch (kind) {
      case 'x0':
        return tf.clone(prediction);
      case 'epsilon': // μ = (x_t − σ ε) / α
        return tf.div(tf.sub(x_t, tf.mul(sigma, prediction)), alpha);
      case 'v': // μ = (α x_t − σ v) / (α² + σ²), where the divisor is 1 if variance is preserved
        return tf.div(
          tf.sub(tf.mul(alpha, x_t), tf.mul(sigma, prediction)),
          tf.add(tf.square(alpha), tf.square(sigma)),
        );
      case 'score': // μ = (x_t + σ² s) / α, Eq. 4 solved for μ
        return tf.div(tf.add(x_t, tf.mul(tf.square(sigma), prediction)), alpha);
    }
  });
}

/** The prediction of another kind that says the same as `mu`. */
export function predictionFromMu(kind: PredictionKind, mu: tf.Tensor, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  switch (kind) {
    case 'x0':
      return tf.clone(mu);
    case 'epsilon':
      return epsFromMu(mu, x_t, level);
    case 'v':
      return vFromMu(mu, x_t, level);
    case 'score':
      return scoreFromMu(mu, x_t, level);
  }
}

/** s(x_t, t) = −(x_t − α_t μ(x_t, t)) / σ_t²: Eq. 4 of the DMD paper for μ_real, Eq. 5 for μ_fake. */
export function scoreFromMu(mu: tf.Tensor, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const { alpha, sigma } = broadcast(level, x_t.rank);
    return tf.neg(tf.div(tf.sub(x_t, tf.mul(alpha, mu)), tf.square(sigma)));
  });
}

/** ε = (x_t − α μ) / σ. */
export function epsFromMu(mu: tf.Tensor, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const { alpha, sigma } = broadcast(level, x_t.rank);
    return tf.div(tf.sub(x_t, tf.mul(alpha, mu)), sigma);
  });
}

/** v = α ε − σ μ. */
export function vFromMu(mu: tf.Tensor, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const { alpha, sigma } = broadcast(level, x_t.rank);
    return tf.sub(tf.mul(alpha, epsFromMu(mu, x_t, level)), tf.mul(sigma, mu));
  });
}

function broadcast(level: NoiseLevels, rank: number) {
  return { alpha: perSample(level.alpha, rank), sigma: perSample(level.sigma, rank) };
}

/**
 * EDM's preconditioning: D(x; σ) = c_skip x + c_out F(c_in x; c_noise), which keeps the inputs and targets of the
 * network F at unit variance (Karras et al. 2022, Table 1).
 */
import * as tf from '@tensorflow/tfjs-core';

export type Preconditioning = {
  cSkip: tf.Tensor;
  cOut: tf.Tensor;
  cIn: tf.Tensor;
  cNoise: tf.Tensor;
};

/** The four factors at noise levels `sigma` [n] > 0, each [n]; `sigmaData` is the root mean square of the data. */
export function edmPreconditioning(sigma: tf.Tensor, sigmaData: number): Preconditioning {
  return tf.tidy(() => {
    const variance = tf.add(tf.square(sigma), sigmaData ** 2);
    return {
      cSkip: tf.div(sigmaData ** 2, variance), // σ_d² / (σ² + σ_d²)
      cOut: tf.div(tf.mul(sigma, sigmaData), tf.sqrt(variance)), // σ σ_d / √(σ² + σ_d²)
      cIn: tf.div(1, tf.sqrt(variance)), // 1 / √(σ² + σ_d²)
      cNoise: tf.mul(tf.log(sigma), 0.25), // ¼ ln σ
    };
  });
}

/**
 * λ(σ) = (σ² + σ_d²) / (σ σ_d)² = σ⁻² + σ_d⁻², the weight of ‖D(x + σ ε; σ) − x‖² at `sigma` [n]: with it F's own
 * squared error counts alike at every level, and DMD trains the fake score of an EDM teacher so (Eq. 6).
 */
export function edmLossWeight(sigma: tf.Tensor, sigmaData: number): tf.Tensor {
  return tf.tidy(() => tf.add(tf.square(tf.reciprocal(sigma)), sigmaData ** -2));
}

/**
 * The regression loss (Eq. 9): on noise whose image the teacher's own sampler has drawn, the generator shall draw it too.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../config.ts';

export type Regression = Config['regression'];

/** ℓ(x_ref, y_ref), a scalar, for `x_ref` = G(z_ref) and the teacher's `y_ref`, both [n, …]. */
export function regressionLoss(kind: Regression, x_ref: tf.Tensor, y_ref: tf.Tensor): tf.Scalar {
  return tf.tidy(() => (kind === 'l2' ? l2(x_ref, y_ref) : pseudoHuber(x_ref, y_ref)));
}

/** The squared difference, mean over every element. */
const l2 = (x_ref: tf.Tensor, y_ref: tf.Tensor): tf.Scalar => tf.mean(tf.squaredDifference(x_ref, y_ref));

/**
 * √(‖x − y‖² + c²) − c with c = 0.00054 √D for samples of D elements (Song and Dhariwal 2023, arXiv 2310.14189),
 * here over √D, so that its size does not grow with the image; mean over samples.
 */
function pseudoHuber(x_ref: tf.Tensor, y_ref: tf.Tensor): tf.Scalar {
  const c = 0.00054;
  const withoutBatch = Array.from({ length: x_ref.rank - 1 }, (_, i) => i + 1);
  const meanSquare = tf.mean(tf.squaredDifference(x_ref, y_ref), withoutBatch);
  return tf.mean(tf.sub(tf.sqrt(tf.add(meanSquare, c ** 2)), c));
}

/**
 * GroupNorm (Wu & He 2018), which a condition may modulate.
 *
 * It is one affine map per sample and channel, x · A + B, and what makes A and B is small: its gradient is written out, since
 * TensorFlow.js' own would be several times as many operations on tensors that are not worth one each.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Layer, Saver } from './layers.ts';

/** What a condition makes of a normalised tensor: `· (1 + scale) + shift`, each [n, channels] (adaptive GroupNorm). */
export interface Modulation {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

const epsilon = 1e-5;

/** With weight γ and bias β [c], and a modulation when given: x [n, h, w, c] → the same shape. */
export function groupNorm(
  x: tf.Tensor,
  { weight: gamma, bias: beta }: Layer,
  groups: number,
  modulation?: Modulation,
): tf.Tensor {
  const [n, , , c] = x.shape as [number, number, number, number];
  const moments = tf.matMul(channelMoments(x), groupMean(groups, c));
  let [A, B] = tf.split(normalisingMap(moments, gamma, beta), 2, 0) as [tf.Tensor, tf.Tensor];
  if (modulation) {
    const scale = tf.add(modulation.scale, 1);
    A = tf.mul(A, scale);
    B = tf.add(tf.mul(B, scale), modulation.shift);
  }
  return tf.add(tf.mul(x, tf.reshape(A, [n, 1, 1, c])), tf.reshape(B, [n, 1, 1, c]));
}

/** Means of x over space, and of x² below them: x [n, h, w, c] → [2n, c]. */
const channelMoments = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  (save as Saver)([input]);
  return {
    value: tf.concat([tf.mean(input, [1, 2]), tf.mean(tf.square(input), [1, 2])], 0),
    // both gradients in one multiplication and one addition of the large tensor
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x] = saved as [tf.Tensor4D];
      const [n, h, w, c] = x.shape;
      const [dm, dq] = tf.split(tf.div(dy, h * w), 2, 0);
      return tf.add(tf.mul(x, tf.reshape(tf.mul(dq!, 2), [n, 1, 1, c])), tf.reshape(dm!, [n, 1, 1, c]));
    },
  };
}) as (x: tf.Tensor) => tf.Tensor;

/** What makes of numbers per channel [n, c], by multiplication, the means of their groups, for each channel again: [c, c]. */
function groupMean(groups: number, c: number): tf.Tensor2D {
  const size = c / groups;
  const same = tf.reshape(tf.div(tf.eye(groups), size), [groups, 1, groups, 1]);
  return tf.reshape(tf.broadcastTo(same, [groups, size, groups, size]), [c, c]);
}

/** A = r γ and B = β − μ A, one above the other [2n, c], of the groups' means of x and of x², `moments` [2n, c]. */
const normalisingMap = tf.customGrad((...inputs) => {
  const [moments, gamma, beta, save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, Saver];
  const { mu, r } = normaliser(moments);
  const A = tf.mul(r, gamma);
  save([moments, A]);
  return {
    value: tf.concat([A, tf.sub(beta, tf.mul(mu, A))], 0),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [moments, A] = saved as [tf.Tensor, tf.Tensor];
      const { mu, variance, r } = normaliser(moments);
      const [direct, dB] = tf.split(dy, 2, 0) as [tf.Tensor, tf.Tensor];
      // B holds A as well
      const dA = tf.sub(direct, tf.mul(mu, dB));
      // dr/dvariance = −r³ / 2, and dr = dA γ = dA · A / r
      const dq = tf.mul(tf.mul(tf.mul(dA, A), tf.square(r)), tf.mul(tf.step(variance), -0.5));
      const dmu = tf.neg(tf.add(tf.mul(A, dB), tf.mul(tf.mul(mu, dq), 2)));
      return [tf.concat([dmu, dq], 0), tf.sum(tf.mul(dA, r), 0), tf.sum(dB, 0)];
    },
  };
}) as (moments: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => tf.Tensor;

/** r = 1 / √(variance + ε), each [n, c]. */
function normaliser(moments: tf.Tensor) {
  const [mu, q] = tf.split(moments, 2, 0) as [tf.Tensor, tf.Tensor];
  // rounding may leave a variance below zero
  const variance = tf.relu(tf.sub(q, tf.square(mu)));
  return { mu, variance, r: tf.rsqrt(tf.add(variance, epsilon)) };
}

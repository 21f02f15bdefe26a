/**
 * The layers that networks are made of: pure functions of their input and weights, images as [n, height, width, channels].
 *
 * Large tensors meet only convolutions, elementwise operations, per-channel vectors, means over space and concatenation
 * along channels, so that an engine may store them blocked by channels.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';

/** The weights of one layer. Convolution filters are [height, width, in, out], matrices [in, out], biases [out]. */
export interface Layer {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

/** The layer called `name`: `name.weight` and `name.bias` of `params`. */
export function layer(params: Params, name: string): Layer {
  return { weight: weight(params, `${name}.weight`), bias: weight(params, `${name}.bias`) };
}

/** The tensor called `name`. */
export function weight(params: Params, name: string): tf.Tensor {
  const tensor = params[name];
  if (!tensor) throw new Error(`internal: the network has no weights called ${name}`);
  return tensor;
}

/** A convolution with stride 1 that keeps height and width: x [n, h, w, in] → [n, h, w, out]. */
export function conv2d(x: tf.Tensor, { weight, bias }: Layer): tf.Tensor {
  return tf.add(tf.conv2d(x as tf.Tensor4D, weight as tf.Tensor4D, 1, 'same'), bias);
}

/** x W + b: x [n, in] → [n, out]. */
export function linear(x: tf.Tensor, { weight, bias }: Layer): tf.Tensor {
  return tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias);
}

type Saver = (tensors: tf.Tensor[]) => void;

/** SiLU (swish), x · sigmoid(x), of any shape. */
export const silu = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  const s = tf.sigmoid(input);
  const y = tf.mul(input, s);
  (save as Saver)([input, s, y]);
  return {
    value: y,
    // written with y, the derivative s + x s (1 − s) needs four elementwise passes
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, s, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      return tf.mul(tf.mul(dy, s), tf.sub(tf.add(x, 1), y));
    },
  };
}) as (x: tf.Tensor) => tf.Tensor;

/** What a condition makes of a normalised tensor: `· (1 + scale) + shift`, each [n, channels] (adaptive GroupNorm). */
export interface Modulation {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

const groupNormEpsilon = 1e-5;

/**
 * GroupNorm (Wu & He 2018) with weight γ and bias β [c], and a modulation when given: x [n, h, w, c] → the same shape.
 * The result is one affine map per sample and channel, x · A + B.
 */
export function groupNorm(
  x: tf.Tensor,
  { weight: gamma, bias: beta }: Layer,
  groups: number,
  modulation?: Modulation,
): tf.Tensor {
  const [n, , , c] = x.shape as [number, number, number, number];
  const grouped = [n, groups, c / groups];
  const perGroup = [1, groups, c / groups];
  const [mc, qc] = tf.split(channelMoments(x), 2, 1);
  const mu = tf.mean(tf.reshape(mc!, grouped), 2, true);
  const variance = tf.relu(tf.sub(tf.mean(tf.reshape(qc!, grouped), 2, true), tf.square(mu)));
  const r = tf.rsqrt(tf.add(variance, groupNormEpsilon));
  let A = tf.mul(r, tf.reshape(gamma, perGroup));
  let B = tf.sub(tf.reshape(beta, perGroup), tf.mul(mu, A));
  if (modulation) {
    const scale = tf.add(tf.reshape(modulation.scale, grouped), 1);
    A = tf.mul(A, scale);
    B = tf.add(tf.mul(B, scale), tf.reshape(modulation.shift, grouped));
  }
  return tf.add(tf.mul(x, tf.reshape(A, [n, 1, 1, c])), tf.reshape(B, [n, 1, 1, c]));
}

/** Means of x and of x² over space, side by side: x [n, h, w, c] → [n, 2c]. */
const channelMoments = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  (save as Saver)([input]);
  return {
    value: tf.concat([tf.mean(input, [1, 2]), tf.mean(tf.square(input), [1, 2])], 1),
    // both gradients in one multiplication and one addition of the large tensor
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x] = saved as [tf.Tensor4D];
      const [n, h, w, c] = x.shape;
      const [dm, dq] = tf.split(tf.div(dy, h * w), 2, 1);
      return tf.add(tf.mul(x, tf.reshape(tf.mul(dq!, 2), [n, 1, 1, c])), tf.reshape(dm!, [n, 1, 1, c]));
    },
  };
}) as (x: tf.Tensor) => tf.Tensor;

/** Half the height and width, each pixel the mean of four. Both must be even. */
export function downsample2x(x: tf.Tensor): tf.Tensor {
  return tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid');
}

/** Twice the height and width, each pixel four times. */
export const upsample2x = tf.customGrad((x) => {
  const input = x as tf.Tensor4D;
  const [, h, w] = input.shape;
  return {
    value: tf.image.resizeNearestNeighbor(input, [2 * h, 2 * w]),
    // the sum over each four; tfjs' own gradient on the cpu backend is wrong for every image but the first of a batch
    gradFunc: (dy: tf.Tensor) => tf.mul(downsample2x(dy), 4),
  };
}) as (x: tf.Tensor) => tf.Tensor;

/** The projections of single-head self-attention, each [c, c]. */
export interface AttentionLayers {
  readonly query: Layer;
  readonly key: Layer;
  readonly value: Layer;
  readonly out: Layer;
}

/** Self-attention with one head over the h·w positions of x [n, h, w, c] → the same shape, without the residual. */
export function attention(x: tf.Tensor, { query, key, value, out }: AttentionLayers): tf.Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const tokens = tf.reshape(x, [n * h * w, c]);
  const perImage = (projection: Layer) => tf.reshape(linear(tokens, projection), [n, h * w, c]);
  const q = tf.mul(perImage(query), 1 / Math.sqrt(c));
  const weights = tf.softmax(tf.matMul(q, perImage(key), false, true)) as tf.Tensor3D;
  const mixed = tf.matMul(weights, perImage(value));
  return tf.reshape(linear(tf.reshape(mixed, [n * h * w, c]), out), [n, h, w, c]);
}

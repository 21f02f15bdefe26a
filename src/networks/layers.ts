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

/** What a custom gradient is given to keep tensors with; TensorFlow.js' types do not tell. */
export type Saver = (tensors: tf.Tensor[]) => void;

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

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
 * The result is one affine map per sample and channel, x · A + B; its gradients are written out, since TensorFlow.js' own
 * would be five times as many operations on tensors too small to be worth one each.
 */
export function groupNorm(
  x: tf.Tensor,
  { weight: gamma, bias: beta }: Layer,
  groups: number,
  modulation?: Modulation,
): tf.Tensor {
  const [n, , , c] = x.shape as [number, number, number, number];
  const moments = tf.matMul(channelMoments(x), groupMean(groups, c));
  const AB = modulation
    ? modulatedMap(moments, gamma, beta, modulation.scale, modulation.shift)
    : normalisingMap(moments, gamma, beta);
  const [A, B] = tf.split(AB, 2, 0);
  return tf.add(tf.mul(x, tf.reshape(A!, [n, 1, 1, c])), tf.reshape(B!, [n, 1, 1, c]));
}

/** What makes of numbers per channel [n, c], by multiplication, the means of their groups, for each channel again: [c, c]. */
function groupMean(groups: number, c: number): tf.Tensor2D {
  const size = c / groups;
  const same = tf.reshape(tf.div(tf.eye(groups), size), [groups, 1, groups, 1]);
  return tf.reshape(tf.broadcastTo(same, [groups, size, groups, size]), [c, c]);
}

/** r = 1 / √(variance + ε) and what it is made of, from the groups' means of x and of x², [2n, c]. */
function normaliser(moments: tf.Tensor) {
  const [mu, q] = tf.split(moments, 2, 0) as [tf.Tensor, tf.Tensor];
  // rounding may leave a variance below zero
  const variance = tf.relu(tf.sub(q, tf.square(mu)));
  return { mu, variance, r: tf.rsqrt(tf.add(variance, groupNormEpsilon)) };
}

/** The gradient of `moments`, [2n, c], from those of μ outside of the variance and of A, which is r · k. */
function momentsGradient(
  { mu, variance, r }: ReturnType<typeof normaliser>,
  dmu: tf.Tensor,
  dA: tf.Tensor,
  A: tf.Tensor,
) {
  // dr/dvariance = −r³ / 2, and dA · k = dA · A / r
  const dq = tf.mul(tf.mul(tf.mul(dA, A), tf.square(r)), tf.mul(tf.step(variance), -0.5));
  return tf.concat([tf.add(dmu, tf.mul(tf.mul(mu, dq), -2)), dq], 0);
}

/** A = r γ and B = β − μ A, one above the other [2n, c], from the groups' moments [2n, c]. */
const normalisingMap = tf.customGrad((...inputs) => {
  const [moments, gamma, beta, save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, Saver];
  const { mu, r } = normaliser(moments);
  const A = tf.mul(r, gamma);
  save([moments, A]);
  return {
    value: tf.concat([A, tf.sub(beta, tf.mul(mu, A))], 0),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [moments, A] = saved as [tf.Tensor, tf.Tensor];
      const statistics = normaliser(moments);
      const [direct, dB] = tf.split(dy, 2, 0) as [tf.Tensor, tf.Tensor];
      const dA = tf.sub(direct, tf.mul(statistics.mu, dB));
      return [
        momentsGradient(statistics, tf.neg(tf.mul(A, dB)), dA, A),
        tf.sum(tf.mul(dA, statistics.r), 0),
        tf.sum(dB, 0),
      ];
    },
  };
}) as (moments: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => tf.Tensor;

/** A = r γ (1 + scale) and B = β (1 + scale) + shift − μ A in the same form; scale and shift [n, c]. */
const modulatedMap = tf.customGrad((...inputs) => {
  const [moments, gamma, beta, scale, shift, save] = inputs as unknown as [...tf.Tensor[], Saver] as [
    tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, Saver]; // prettier-ignore
  const { mu, r } = normaliser(moments);
  const s = tf.add(scale, 1);
  const A = tf.mul(tf.mul(r, gamma), s);
  save([moments, gamma, beta, s, A]);
  return {
    value: tf.concat([A, tf.sub(tf.add(tf.mul(beta, s), shift), tf.mul(mu, A))], 0),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [moments, gamma, beta, s, A] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const statistics = normaliser(moments);
      const [direct, dB] = tf.split(dy, 2, 0) as [tf.Tensor, tf.Tensor];
      const dA = tf.sub(direct, tf.mul(statistics.mu, dB));
      const u = tf.mul(dA, statistics.r);
      return [
        momentsGradient(statistics, tf.neg(tf.mul(A, dB)), dA, A),
        tf.sum(tf.mul(u, s), 0),
        tf.sum(tf.mul(dB, s), 0),
        tf.add(tf.mul(u, gamma), tf.mul(dB, beta)),
        dB,
      ];
    },
  };
}) as (moments: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) => tf.Tensor;

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

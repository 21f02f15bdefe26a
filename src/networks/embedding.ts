/**
 * What a network is told besides its input: the noise level, and the class when it has any.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';
import type { Initialiser } from './initialise.ts';
import { layer, linear, silu, weight } from './layers.ts';

const frequencies = 32;
// c_noise = ¼ ln σ spans about −1.6…1.1: from a twelfth of a turn over it up to a turn for each half of ln σ
const [lowest, highest] = [0.03, 8];

/** sin and cos of c_noise [n] at frequencies in geometric progression: [n, 64]. */
function fourierFeatures(cNoise: tf.Tensor): tf.Tensor {
  const turns = Float32Array.from(
    { length: frequencies },
    (_, i) => 2 * Math.PI * lowest * (highest / lowest) ** (i / (frequencies - 1)),
  );
  const phase = tf.mul(tf.reshape(cNoise, [-1, 1]), tf.tensor2d(turns, [1, frequencies]));
  return tf.concat([tf.sin(phase), tf.cos(phase)], 1);
}

export interface EmbeddingOptions {
  /** The number of classes; 0: none. */
  readonly classes: number;
  /** The width of the embedding. */
  readonly width: number;
}

export function initEmbedding(init: Initialiser, { classes, width }: EmbeddingOptions): void {
  init.linear('time_embedding.linear_1', 2 * frequencies, width);
  if (classes > 0) init.embedding('class_embedding', classes + 1, width);
  init.linear('time_embedding.linear_2', width, width);
}

/**
 * The embedding [n, width] of c_noise [n] and of `labels` int32 [n] in [0, classes], where `classes` itself means no
 * class (for classifier-free guidance).
 */
export function embed(
  params: Params,
  cNoise: tf.Tensor,
  labels: tf.Tensor1D | undefined,
  { classes }: EmbeddingOptions,
): tf.Tensor {
  let h = linear(fourierFeatures(cNoise), layer(params, 'time_embedding.linear_1'));
  if (classes > 0) {
    if (!labels) throw new Error(`internal: a network of ${classes} classes was asked without labels`);
    // a product, whose gradient is another product, where gather's would scatter
    const oneHot = tf.oneHot(labels, classes + 1, 1, 0, 'float32') as tf.Tensor2D;
    h = tf.add(h, tf.matMul(oneHot, weight(params, 'class_embedding.weight') as tf.Tensor2D));
  }
  return silu(linear(silu(h), layer(params, 'time_embedding.linear_2')));
}

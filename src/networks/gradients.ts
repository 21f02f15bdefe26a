/**
 * The gradient of a loss by every weight, by name.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';

/** The loss at `params`, a scalar, and its gradient by each of them. The caller disposes both. */
export function valueAndGradients(
  params: Params,
  loss: (params: Params) => tf.Scalar,
): { value: tf.Scalar; grads: Params } {
  const names = Object.keys(params);
  const named = (tensors: tf.Tensor[]): Params => Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
  const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) => loss(named(weights)))(Object.values(params));
  return { value: value as tf.Scalar, grads: named(grads) };
}

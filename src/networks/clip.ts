/**
 * Gradient clipping by the norm of the whole gradient (Pascanu et al. 2013), as torch's clip_grad_norm_.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';

/** The L2 norm of all tensors taken as one vector: a scalar. */
export function globalNorm(tensors: Params): tf.Tensor {
  return tf.tidy(() => tf.sqrt(tf.addN(Object.values(tensors).map((t) => tf.sum(tf.square(t))))));
}

/** `grads` scaled down to norm `limit` where theirs is larger, and `norm`, what it was: a scalar. The caller disposes both. */
export function clipByGlobalNorm(grads: Params, limit: number): { grads: Params; norm: tf.Tensor } {
  return tf.tidy(() => {
    const norm = globalNorm(grads);
    const scale = tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1);
    const clipped = Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, tf.mul(g, scale)]));
    return { grads: clipped, norm } as never;
  }) as { grads: Params; norm: tf.Tensor };
}

/**
 * The exponential moving average of weights: ā ← d ā + (1 − d) p.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';

export const ema = {
  /** The average before the first update: copies of the weights. The caller disposes them. */
  init(params: Params): Params {
    return Object.fromEntries(Object.entries(params).map(([name, p]) => [name, tf.clone(p)]));
  },

  /** The next average, with `decay` d a scalar tensor in [0, 1). Fresh tensors that the caller disposes. */
  update(average: Params, params: Params, decay: tf.Tensor): Params {
    const next: Params = {};
    // written as a step towards p: two passes and a sum, and exact when ā = p
    for (const [name, p] of Object.entries(params)) {
      const old = average[name]!;
      next[name] = tf.tidy(() => tf.add(old, tf.mul(tf.sub(p, old), tf.sub(1, decay))));
    }
    return next;
  },
};

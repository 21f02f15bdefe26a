/**
 * Small tensors as one. A network has a hundred of them, and what is done to each alike, by an optimiser for one, is a hundred
 * times as many operations as the arithmetic is worth.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';

/** Elements of a tensor that is worth an operation of its own. */
const LARGE = 4096;
/** No weight is called so. */
const PACKED = '';

export interface Packing {
  /** The small ones end to end as one vector, and the large ones as they are. */
  pack(params: Params): Params;
  /** What was packed, in the order it had. */
  unpack(packed: Params): Params;
}

/** How tensors of the names and shapes of `like` are packed. Element-wise functions of packed tensors are those of each. */
export function packing(like: Params): Packing {
  const names = Object.keys(like);
  const small = names.filter((name) => like[name]!.size < LARGE);
  const isSmall = new Set(small);
  if (small.length < 2) return { pack: (params) => params, unpack: (packed) => packed };
  return {
    pack(params) {
      const large = Object.fromEntries(names.flatMap((name) => (isSmall.has(name) ? [] : [[name, params[name]!]])));
      return { ...large, [PACKED]: tf.concat1d(small.map((name) => tf.reshape(params[name]!, [-1]) as tf.Tensor1D)) };
    },
    unpack(packed) {
      const sizes = small.map((name) => like[name]!.size);
      const parts = tf.split(packed[PACKED]!, sizes);
      const apart = new Map(small.map((name, i) => [name, tf.reshape(parts[i]!, like[name]!.shape)]));
      return Object.fromEntries(names.map((name) => [name, apart.get(name) ?? packed[name]!]));
    },
  };
}

/**
 * What every training step ends with: the gradient clipped, AdamW, and the running average of the weights.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { adamw, AdamwHyper, AdamwState } from './adamw.ts';
import { clipByGlobalNorm } from './clip.ts';
import type { Params } from './denoiser.ts';
import { ema } from './ema.ts';
import { packing } from './packing.ts';

export type Trained = {
  params: Params;
  state: AdamwState;
  /** The running average of the weights; absent or empty where none is kept. */
  average?: Params;
};

export type UpdateSettings = {
  /** The largest norm that a gradient may have. */
  gradientClip: number;
  hyper: AdamwHyper;
  /** Of the running average, a scalar tensor in [0, 1); absent: none is kept. */
  decay?: tf.Tensor;
};

/** One update of `weights` by `grads`, whose norm before clipping is `norm`. Fresh tensors, for a compiled step. */
export function update(
  optimiser: ReturnType<typeof adamw>,
  { params, state, average = {} }: Trained,
  grads: Params,
  { gradientClip, hyper, decay }: UpdateSettings,
): Required<Trained> & { norm: tf.Tensor } {
  const { pack, unpack } = packing(params);
  const clipped = clipByGlobalNorm(pack(grads), gradientClip);
  const packed = { m: pack(state.m), v: pack(state.v) };
  const next = optimiser.update(pack(params), clipped.grads, packed, hyper);
  return {
    params: unpack(next.params),
    state: { m: unpack(next.state.m), v: unpack(next.state.v) },
    average: decay ? unpack(ema.update(pack(average), next.params, decay)) : {},
    norm: clipped.norm,
  };
}

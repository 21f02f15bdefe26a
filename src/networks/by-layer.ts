/**
 * A network's parameters by layer: those whose names differ only in their last part, such as a filter and its bias.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';

/** The layer of the parameter `name`: what stands before its last `.`, or before `_weight` or `_bias`; else all of it. */
const layerOf = (name: string): string => /^(.+)(?:\.[^.]*|_weight|_bias)$/.exec(name)?.[1] ?? name;

/** The parameters of each layer, both in the order of `params`, which stay the caller's. */
export function byLayer(params: Params): ReadonlyMap<string, readonly tf.Tensor[]> {
  const layers = new Map<string, tf.Tensor[]>();
  for (const [name, tensor] of Object.entries(params)) {
    const layer = layerOf(name);
    layers.set(layer, [...(layers.get(layer) ?? []), tensor]);
  }
  return layers;
}

export const layerNames = (params: Params): readonly string[] => [...byLayer(params).keys()];

/** The L2 norm of each layer, all of its parameters taken as one vector: [layers], a fresh tensor. */
export function layerNorms(params: Params): tf.Tensor1D {
  return tf.tidy(() => {
    const squares = (tensors: readonly tf.Tensor[]) => tf.addN(tensors.map((t) => tf.sum(tf.square(t))));
    return tf.sqrt(tf.stack([...byLayer(params).values()].map(squares))) as tf.Tensor1D;
  });
}

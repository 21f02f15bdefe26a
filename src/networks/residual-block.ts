/**
 * The residual block of ADM (Dhariwal & Nichol 2021): GroupNorm, SiLU, convolution, twice, the second normalisation
 * scaled and shifted by the embedding; and the attention block.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';
import type { Initialiser } from './initialise.ts';
import { groupNorm } from './group-norm.ts';
import { attention, conv2d, layer, linear, silu } from './layers.ts';

/** One block of a network: its name and its channels. */
export interface Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

export function initResidualBlock(init: Initialiser, { name, inputs, outputs }: Block, embeddingWidth: number): void {
  init.norm(`${name}.norm1`, inputs);
  init.conv2d(`${name}.conv1`, 3, inputs, outputs);
  init.linear(`${name}.time_emb_proj`, embeddingWidth, 2 * outputs);
  init.norm(`${name}.norm2`, outputs);
  init.conv2d(`${name}.conv2`, 3, outputs, outputs, 'zero');
  if (inputs !== outputs) init.conv2d(`${name}.conv_shortcut`, 1, inputs, outputs);
}

/** x [n, h, w, inputs] and embedding [n, width] → [n, h, w, outputs]. */
export function residualBlock(
  params: Params,
  { name, inputs, outputs }: Block,
  x: tf.Tensor,
  embedding: tf.Tensor,
  groups: number,
): tf.Tensor {
  const [scale, shift] = tf.split(linear(embedding, layer(params, `${name}.time_emb_proj`)), 2, 1);
  let h = conv2d(silu(groupNorm(x, layer(params, `${name}.norm1`), groups)), layer(params, `${name}.conv1`));
  h = silu(groupNorm(h, layer(params, `${name}.norm2`), groups, { scale: scale!, shift: shift! }));
  h = conv2d(h, layer(params, `${name}.conv2`));
  return tf.add(inputs === outputs ? x : conv2d(x, layer(params, `${name}.conv_shortcut`)), h);
}

export function initAttentionBlock(init: Initialiser, name: string, channels: number): void {
  init.norm(`${name}.group_norm`, channels);
  for (const projection of ['to_q', 'to_k', 'to_v']) init.linear(`${name}.${projection}`, channels, channels);
  init.linear(`${name}.to_out.0`, channels, channels, 'zero');
}

/** x + attention(GroupNorm(x)), x [n, h, w, channels]. */
export function attentionBlock(params: Params, name: string, x: tf.Tensor, groups: number): tf.Tensor {
  const h = groupNorm(x, layer(params, `${name}.group_norm`), groups);
  const mixed = attention(h, {
    query: layer(params, `${name}.to_q`),
    key: layer(params, `${name}.to_k`),
    value: layer(params, `${name}.to_v`),
    out: layer(params, `${name}.to_out.0`),
  });
  return tf.add(x, mixed);
}

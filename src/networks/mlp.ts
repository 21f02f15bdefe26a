/**
 * The EDM-preconditioned multilayer perceptron of the teachers whose samples are points: residual layers of SiLU, each
 * told the noise level.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Random } from '../random.ts';
import type { DenoiserNetwork, Params } from './denoiser.ts';
import { edmDenoiser } from './edm-denoiser.ts';
import { embed, initEmbedding } from './embedding.ts';
import { Initialiser } from './initialise.ts';
import { layer, linear, silu } from './layers.ts';

const positive = z.number().int().positive();

export const MlpOptions = z.strictObject({
  dimensions: positive.max(4096).default(2).describe('The dimension of a point.'),
  width: positive.max(4096).default(128).describe('Width of every hidden layer and of the embedding.'),
  layers: positive.max(64).default(3).describe('Residual layers.'),
  classes: z.number().int().min(0).max(100_000).default(0).describe('Classes it is conditioned on; 0: none.'),
  sigmaData: z.number().positive().default(0.5).describe('Standard deviation of the data.'),
});
export type MlpOptions = z.output<typeof MlpOptions>;

/** The EDM-preconditioned MLP of `input`, whose keys have defaults for points in the plane. */
export function mlp(input: z.input<typeof MlpOptions> = {}): DenoiserNetwork {
  const options = MlpOptions.parse(input);
  const { dimensions, width, layers, classes, sigmaData } = options;
  const embedding = { classes, width };
  const names = Array.from({ length: layers }, (_, i) => `layers.${i}`);

  function init(random: Random): Params {
    const init = new Initialiser(random);
    initEmbedding(init, embedding);
    init.linear('linear_in', dimensions, width);
    for (const name of names) {
      init.linear(`${name}.linear1`, width, width);
      init.linear(`${name}.time_emb_proj`, width, width);
      init.linear(`${name}.linear2`, width, width, 'zero');
    }
    init.linear('linear_out', width, dimensions, 'zero');
    return init.params;
  }

  function network(params: Params, x: tf.Tensor, cNoise: tf.Tensor, labels?: tf.Tensor1D): tf.Tensor {
    const told = embed(params, cNoise, labels, embedding);
    let h = linear(x, layer(params, 'linear_in'));
    for (const name of names) {
      const inner = linear(silu(h), layer(params, `${name}.linear1`));
      const lit = silu(tf.add(inner, linear(told, layer(params, `${name}.time_emb_proj`))));
      h = tf.add(h, linear(lit, layer(params, `${name}.linear2`)));
    }
    return linear(silu(h), layer(params, 'linear_out'));
  }

  return edmDenoiser(network, sigmaData, {
    sampleShape: [dimensions],
    classes,
    architecture: { kind: 'mlp', options },
    init,
  });
}

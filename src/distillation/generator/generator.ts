/**
 * The one-step generator: a denoiser asked once, for the image in pure noise.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NoiseLevel } from '../../diffusion/schedule.ts';
import type { DenoiserNetwork, Params } from '../../networks/denoiser.ts';
import { inputScale } from './conditioning.ts';

export interface Generator {
  /** The shape of one sample, and of its noise. */
  readonly sampleShape: readonly number[];
  /** The number of classes it draws; 0 when it takes no label. */
  readonly classes: number;
  /** x = G(z) [n, …sampleShape], for `z` ~ N(0, I) of that shape and, when it has classes, `labels` int32 [n]. */
  generate(params: Params, z: tf.Tensor, labels?: tf.Tensor1D): tf.Tensor;
}

/** G(z) = μ(s z, t_c): with the level c, EDM's is D(σ_c z; σ_c) and DDPM's μ(z, t_c). A copy of the teacher has its weights. */
export function denoiserGenerator(network: DenoiserNetwork, c: NoiseLevel): Generator {
  return {
    sampleShape: network.sampleShape,
    classes: network.classes,
    generate: (params, z, labels) =>
      tf.tidy(() => {
        const everySample = (value: number) => tf.fill([z.shape[0]!], value) as tf.Tensor1D;
        const level = { time: everySample(c.time), alpha: everySample(c.alpha), sigma: everySample(c.sigma) };
        return network.denoise(params, tf.mul(z, inputScale(network.schedule, c)), level, labels);
      }),
  };
}

/**
 * A raw network F made a denoiser by EDM's preconditioning: D(x; σ, c) = c_skip x + c_out F(c_in x; ¼ ln σ, c).
 */
import * as tf from '@tensorflow/tfjs-core';
import { edmSchedule } from '../diffusion/edm.ts';
import { edmPreconditioning } from '../diffusion/preconditioning.ts';
import { perSample } from '../diffusion/schedule.ts';
import type { DenoiserNetwork, Params } from './denoiser.ts';

/** F(x; c_noise, labels): x [n, …sampleShape] of unit variance, c_noise [n] → the shape of x. */
export type RawNetwork = (params: Params, x: tf.Tensor, cNoise: tf.Tensor, labels?: tf.Tensor1D) => tf.Tensor;

/** The denoiser of `network`, on the EDM schedule; `sigmaData` is the standard deviation of the data. */
export function edmDenoiser(
  network: RawNetwork,
  sigmaData: number,
  description: Pick<DenoiserNetwork, 'sampleShape' | 'classes' | 'architecture' | 'init'>,
): DenoiserNetwork {
  return {
    ...description,
    schedule: edmSchedule(),
    denoise(params, x_t, { sigma }, labels) {
      return tf.tidy(() => {
        const { cSkip, cOut, cIn, cNoise } = edmPreconditioning(sigma, sigmaData);
        const each = (factor: tf.Tensor) => perSample(factor, x_t.rank);
        const F = network(params, tf.mul(each(cIn), x_t), cNoise, labels);
        return tf.add(tf.mul(each(cSkip), x_t), tf.mul(each(cOut), F));
      });
    },
  };
}

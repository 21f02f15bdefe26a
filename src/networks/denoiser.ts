/**
 * A denoiser network: a pure function of its parameters, so that teacher, generator and fake score are one function
 * with three sets of weights.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { NoiseLevels, NoiseSchedule } from '../diffusion/schedule.ts';
import type { Random } from '../random.ts';

/** Weights by name, float32, in a fixed order. */
export type Params = Record<string, tf.Tensor>;

export interface DenoiserNetwork {
  /** The shape of one sample: [height, width, channels] for images, [dimensions] for points. */
  readonly sampleShape: readonly number[];
  /** The number of classes it is conditioned on; 0 when it takes none. */
  readonly classes: number;
  readonly schedule: NoiseSchedule;
  /** What rebuilds the same network: stored beside its weights. */
  readonly architecture: NetworkArchitecture;
  /** Fresh weights. The caller disposes them. */
  init(random: Random): Params;
  /**
   * μ(x_t, t), the estimate of the clean sample.
   * `x_t` [n, …sampleShape]; `level` one entry per sample; `labels` int32 [n] in [0, classes], required when classes > 0;
   * `classes` itself means no class, for classifier-free guidance.
   */
  denoise(params: Params, x_t: tf.Tensor, level: NoiseLevels, labels?: tf.Tensor1D): tf.Tensor;
}

/** A name and the numbers that rebuild a network. */
export interface NetworkArchitecture {
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * A teacher: the multi-step diffusion model whose distribution the generator is to match.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { NoiseLevels, NoiseSchedule } from '../diffusion/schedule.ts';
import type { DenoiserNetwork, Params } from '../networks/denoiser.ts';

export interface Teacher {
  readonly name: string;
  readonly schedule: NoiseSchedule;
  /** The shape of one sample: [height, width, channels] in −1…1 for images, [dimensions] for points. */
  readonly sampleShape: readonly number[];
  /** The number of classes it is conditioned on; 0 when it takes none. */
  readonly classes: number;
  /** Frozen weights; empty when the teacher is exact. */
  readonly params: Params;
  /** Names this very teacher (its weights or its formula): a cache made with another fingerprint is another teacher's. */
  readonly fingerprint: string;
  /** The dataset that it has learned, where that has a name. */
  readonly dataset?: string;
  /** μ_real(x_t, t), as `DenoiserNetwork.denoise`. */
  denoise(params: Params, x_t: tf.Tensor, level: NoiseLevels, labels?: tf.Tensor1D): tf.Tensor;
  /** What the generator and the fake score are copies of: the teacher itself, or a network fitted to an exact teacher. */
  readonly student: { readonly network: DenoiserNetwork; readonly params: Params };
}

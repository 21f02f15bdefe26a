/**
 * What every sampler offers: noise in, a sample of the teacher out, by a deterministic solver of the diffusion ODE.
 */
import * as tf from '@tensorflow/tfjs-core';
import { levelTensors, type NoiseLevel, type NoiseLevels, type NoiseSchedule } from '../diffusion/schedule.ts';

/** μ(x_t, t) for a batch whose samples all have one noise level. Returns a fresh tensor. */
export type ModelAt = (x_t: tf.Tensor, level: NoiseLevel) => tf.Tensor;

export interface SamplingOptions {
  /** The solver's steps, from 1. */
  steps: number;
  /** Called after step `step` of 1…steps with the samples so far, which stay the sampler's: clone to keep them. */
  onStep?: (step: number, x: tf.Tensor) => void;
}

export interface Sampler {
  readonly name: string;
  /** Function evaluations: how often `steps` steps ask the model. */
  nfe(steps: number): number;
  /**
   * Follows the model from `z` ~ N(0, I) [n, …] to samples of the same shape, a fresh tensor. `z` stays the caller's.
   * No tensor is read on the way, so a lazy engine may run it all at once. A usage error when `steps` cannot be taken.
   */
  sample(model: ModelAt, z: tf.Tensor, schedule: NoiseSchedule, options: SamplingOptions): tf.Tensor;
}

/** A denoiser that takes one level per sample, as a sampler wants it. */
export function modelAt(denoise: (x_t: tf.Tensor, level: NoiseLevels) => tf.Tensor): ModelAt {
  return (x_t, level) => tf.tidy(() => denoise(x_t, levelTensors(Array.from({ length: x_t.shape[0]! }, () => level))));
}

/**
 * What every noise schedule offers: the levels of x_t = α_t x + σ_t ε, in the network's own unit of time.
 */
import * as tf from '@tensorflow/tfjs-core';

/** One noise level: x_t = `alpha` · x + `sigma` · ε. `time` is what the network is told: σ for EDM, the timestep index for DDPM. */
export interface NoiseLevel {
  readonly time: number;
  readonly alpha: number;
  readonly sigma: number;
}

export interface NoiseSchedule {
  /** `edm`: α = 1, σ = time (variance exploding). `vp`: α² = ᾱ, σ² = 1 − ᾱ (variance preserving, DDPM). */
  readonly family: 'edm' | 'vp';
  /** The number T of discrete levels that training draws from, usually 1000. */
  readonly size: number;
  /** Level `index`, an integer in [0, size); 0 has the least noise. */
  level(index: number): NoiseLevel;
  /** The level at a time in the network's own unit (σ for EDM; an integer timestep for DDPM). */
  levelAt(time: number): NoiseLevel;
}

/** The level of `schedule` whose time is nearest to `time`, in the network's own unit. */
export function nearestLevel(schedule: NoiseSchedule, time: number): NoiseLevel {
  const levels = Array.from({ length: schedule.size }, (_, index) => schedule.level(index));
  return levels.reduce((best, level) => (Math.abs(level.time - time) < Math.abs(best.time - time) ? level : best));
}

/** Noise levels of a batch, one per sample: three float32 tensors [n]. */
export type NoiseLevels = { time: tf.Tensor1D; alpha: tf.Tensor1D; sigma: tf.Tensor1D };

/** The tensors of `levels`, one entry per sample of a batch. The caller disposes them. */
export function levelTensors(levels: readonly NoiseLevel[]): NoiseLevels {
  return {
    time: tf.tensor1d(
      levels.map((l) => l.time),
      'float32',
    ),
    alpha: tf.tensor1d(
      levels.map((l) => l.alpha),
      'float32',
    ),
    sigma: tf.tensor1d(
      levels.map((l) => l.sigma),
      'float32',
    ),
  };
}

/** A per-sample vector [n] shaped to broadcast against a batch of rank `rank`: [n, 1, 1, …]. */
export function perSample(values: tf.Tensor, rank: number): tf.Tensor {
  return tf.reshape(values, [values.shape[0]!, ...Array<number>(rank - 1).fill(1)]);
}

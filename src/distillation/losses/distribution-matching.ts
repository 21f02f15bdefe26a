/**
 * The distribution matching loss (Algorithm 2): where the fake and the real score disagree about a generated sample,
 * the sample is to move against the difference.
 */
import * as tf from '@tensorflow/tfjs-core';
import { addNoise } from '../../diffusion/forward.ts';
import type { NoiseLevels } from '../../diffusion/schedule.ts';
import { gradientOnX, type Weighting } from './weightings.ts';

/** μ(x_t, t) of one batch: a denoiser with its weights and labels bound. */
export type Denoise = (x_t: tf.Tensor, level: NoiseLevels) => tf.Tensor;

export type Disagreement = { x_t: tf.Tensor; mu_real: tf.Tensor; mu_fake: tf.Tensor; gradient: tf.Tensor };

export interface Scores {
  real: Denoise;
  /** Also told x, which `noFakeScore` needs. */
  fake: (x_t: tf.Tensor, level: NoiseLevels, x: tf.Tensor) => tf.Tensor;
}

/** The gradient on `x` [n, …] and what it was made of. `eps` ~ N(0, I) has the shape of `x`, `level` one entry per sample. */
export function disagreement(
  { real, fake }: Scores,
  weighting: Weighting,
  x: tf.Tensor,
  eps: tf.Tensor,
  level: NoiseLevels,
): Disagreement {
  const x_t = addNoise(x, eps, level);
  const mu_real = real(x_t, level);
  const mu_fake = fake(x_t, level, x);
  return { x_t, mu_real, mu_fake, gradient: gradientOnX(weighting, { x, mu_real, mu_fake }, level) };
}

/**
 * `0.5 · mse(x, sg(x − gradient))`, a scalar. The mean is over every element, the batch included, so that the gradient
 * that reaches `x` is `gradient / (B·C·H·W)`; the paper's learning rates assume that. `target` = x − gradient must come
 * from outside of the tape: there everything is a constant.
 */
export function distributionMatchingLoss(x: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mul(0.5, tf.mean(tf.squaredDifference(x, target))));
}

/**
 * In place of μ_fake, for following the real score alone: −s_real(x_t) less the score of the noise itself, −ε/σ, whose
 * mean is 0. That is μ_fake = x, the gradient of score distillation (DreamFusion).
 */
export const noFakeScore: Scores['fake'] = (_x_t, _level, x) => tf.clone(x);

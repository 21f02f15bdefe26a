/**
 * What distribution matching sees, laid open: samples of the generator, the noise on them, and what both scores make of that.
 */
import * as tf from '@tensorflow/tfjs-core';
import { scoreFromMu } from '../diffusion/predictions.ts';
import { compile } from '../engine/compile.ts';
import type { Params } from '../networks/denoiser.ts';
import { weightOf } from './losses/weightings.ts';
import { disagreementAt, type Matching, type Models } from './step.ts';

export type ScoresSeen = {
  /** [n, …] each: noise, the generator's samples, the noise put on them, and what that gave. */
  z: tf.Tensor;
  x: tf.Tensor;
  eps: tf.Tensor;
  x_t: tf.Tensor;
  /** [n], in the teacher's own unit. */
  t: tf.Tensor;
  mu_real: tf.Tensor;
  mu_fake: tf.Tensor;
  s_real: tf.Tensor;
  s_fake: tf.Tensor;
  /** μ_fake − μ_real. */
  difference: tf.Tensor;
  /** w_t of Eq. 7 [n, 1, …]. */
  weight: tf.Tensor;
  /** The gradient on x [n, …], w_t α_t (s_fake − s_real) (Eq. 7). */
  gradient: tf.Tensor;
};

/** Every intermediate of a step of Algorithm 1, which is not taken. */
export type Inspection = ScoresSeen & {
  lossDm: tf.Tensor;
  /** Absent where the run does not follow it. */
  lossReg?: tf.Tensor;
  /**
   * L2 norms of G's gradient by layer, in the order of `Distiller.layers.generator`: of the whole, and of each loss as it
   * enters it, λ included; before clipping.
   */
  gradientNorms: { whole: tf.Tensor1D; matching: tf.Tensor1D; regression?: tf.Tensor1D };
};

/** Both scores on G's samples, G having the weights `params`. All tensors are the caller's. */
export function seeScores(models: Models, { params, matching }: { params: Params; matching: Matching }): ScoresSeen {
  const { z, labels, eps, level } = matching;
  const x = models.generator.generate(params, z, labels);
  const { x_t, mu_real, mu_fake, gradient } = disagreementAt(models, params, matching, x);
  return {
    z: tf.clone(z),
    x,
    eps: tf.clone(eps),
    x_t,
    t: tf.clone(level.time),
    mu_real,
    mu_fake,
    s_real: scoreFromMu(mu_real, x_t, level), // Eq. 4
    s_fake: scoreFromMu(mu_fake, x_t, level), // Eq. 5
    difference: tf.sub(mu_fake, mu_real),
    weight: weightOf(models.config.weighting, { x, mu_real, mu_fake }, level),
    gradient,
  };
}

export const compileScores = (models: Models) =>
  compile((input: { params: Params; matching: Matching }) => seeScores(models, input));

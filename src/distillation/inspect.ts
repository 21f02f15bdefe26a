/**
 * One step of Algorithm 1 laid open: every intermediate of the generator's update, without taking it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { scoreFromMu } from '../diffusion/predictions.ts';
import { compile } from '../engine/compile.ts';
import { generatorGradients, type GeneratorLossInput, type Matching, type Models } from './step.ts';
import { weightOf } from './weightings.ts';

export type Inspection = {
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
  /** w_t of Eq. 7 [n, 1, …]. */
  weight: tf.Tensor;
  /** The gradient on x [n, …]. */
  gradient: tf.Tensor;
  lossDm: tf.Tensor;
  lossReg: tf.Tensor;
  /** The norm of G's gradient by each of its weights, in their order. */
  gradientNorms: tf.Tensor1D;
};

export type InspectionInput = GeneratorLossInput & { matching: Matching };

/** All tensors are the caller's. */
export function compileInspection(models: Models) {
  return compile((input: InspectionInput): Inspection => {
    const { x, disagreement, lossDm, lossReg, grads } = generatorGradients(models, input);
    const { z, eps, level } = input.matching;
    const { x_t, mu_real, mu_fake, gradient } = disagreement!;
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
      weight: weightOf(models.config.weighting, { x, mu_real, mu_fake }, level),
      gradient,
      lossDm,
      lossReg,
      gradientNorms: tf.stack(Object.values(grads).map((g) => tf.norm(g))) as tf.Tensor1D,
    };
  });
}

/**
 * What each loss by itself would do to the weights: its gradient as it enters the update, λ included and not yet clipped.
 */
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../engine/compile.ts';
import { layerNorms } from '../networks/by-layer.ts';
import type { Params } from '../networks/denoiser.ts';
import {
  fakeGradients,
  generatorGradients,
  type GeneratorLossInput,
  type Models,
  type Noising,
  type Source,
} from './step.ts';

/** The losses to follow; one without its input is left out. */
export type LossGradientsInput = GeneratorLossInput & {
  /** For the fake score's own loss, of what G draws from the source. */
  denoising?: Source & Noising & { fake: Params };
};

export type LossGradients = {
  /** ∂ λ_dm L_DM / ∂θ and ∂ λ_reg L_reg / ∂θ by weight of G, and ∂ L_fake / ∂φ by weight of the fake score. */
  grads: { matching?: Params; regression?: Params; fake?: Params };
  /** L2 norms of the same, and of G's two together (`generator`), by layer: [layers], in the order of `layerNames`. */
  norms: { generator?: tf.Tensor1D; matching?: tf.Tensor1D; regression?: tf.Tensor1D; fake?: tf.Tensor1D };
  /** The losses themselves, without λ. */
  losses: { matching?: tf.Tensor; regression?: tf.Tensor; fake?: tf.Tensor };
};

/** All tensors are the caller's. */
export function lossGradients(
  models: Models,
  { params, matching, pairs, denoising }: LossGradientsInput,
): LossGradients {
  const dm = matching && generatorGradients(models, { params, matching });
  const reg = pairs && generatorGradients(models, { params, pairs });
  const fake = denoising && fakeLossOf(models, params, denoising);
  const grads = { matching: dm?.grads, regression: reg?.grads, fake: fake?.grads };
  const ofGenerator =
    grads.matching && grads.regression ? sum(grads.matching, grads.regression) : (grads.matching ?? grads.regression);
  const norms = (of: Params | undefined) => of && layerNorms(of);
  return {
    grads,
    norms: {
      generator: norms(ofGenerator),
      matching: norms(grads.matching),
      regression: norms(grads.regression),
      fake: norms(grads.fake),
    },
    losses: { matching: dm?.lossDm, regression: reg?.lossReg, fake: fake?.value },
  };
}

export const compileLossGradients = (models: Models) =>
  compile((input: LossGradientsInput) => lossGradients(models, input));

function fakeLossOf(
  models: Models,
  generator: Params,
  { z, labels, eps, level, fake }: NonNullable<LossGradientsInput['denoising']>,
) {
  const x = models.generator.generate(generator, z, labels);
  return fakeGradients(models, { params: fake, x, labels, eps, level });
}

const sum = (a: Params, b: Params): Params =>
  Object.fromEntries(Object.entries(a).map(([name, t]) => [name, tf.add(t, b[name]!)]));

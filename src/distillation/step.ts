/**
 * Algorithm 1's two updates, each one pure function of tensors: everything random and every rate comes in, weights and
 * optimiser states go in and out.
 */
import * as tf from '@tensorflow/tfjs-core';
import { addNoise } from '../diffusion/forward.ts';
import type { NoiseLevels } from '../diffusion/schedule.ts';
import { compile } from '../engine/compile.ts';
import { adamw, type AdamwHyper, type AdamwState } from '../networks/adamw.ts';
import type { DenoiserNetwork, Params } from '../networks/denoiser.ts';
import { valueAndGradients } from '../networks/gradients.ts';
import { update } from '../networks/update.ts';
import type { Config } from './config.ts';
import { affineDenoise } from './generator/affine.ts';
import type { Generator } from './generator/generator.ts';
import {
  disagreement,
  distributionMatchingLoss,
  noFakeScore,
  type Disagreement,
  type Scores,
} from './losses/distribution-matching.ts';
import { fakeScoreLoss } from './losses/fake-score.ts';
import type { Guided } from './losses/guidance.ts';
import { regressionLoss } from './losses/regression.ts';

/** The networks of Algorithm 1, and the settings that stay the same for a whole run. */
export interface Models {
  generator: Generator;
  /** μ_real, guided when the configuration says so. */
  real: Guided;
  /** μ_fake's network. */
  fake: DenoiserNetwork;
  config: Pick<
    Config,
    'fakeScore' | 'weighting' | 'lambdaDm' | 'lambdaReg' | 'regression' | 'weightDecay' | 'gradientClip' | 'ema'
  >;
}

/** What G draws from: z ~ N(0, I) [n, …] and, when it has classes, a label for each sample. */
export type Source = { z: tf.Tensor; labels?: tf.Tensor1D };
/** What makes samples noisy: ε ~ N(0, I) [n, …] and a noise level for each. */
export type Noising = { eps: tf.Tensor; level: NoiseLevels };
/** Noise with the images that the teacher's sampler makes of it. */
export type PairBatch = Source & { y: tf.Tensor };

/** What distribution matching needs: its draws and the weights of both scores. */
export type Matching = Source & Noising & { real: Params; fake: Params };

export type GeneratorLossInput = {
  params: Params;
  /** For distribution matching; absent when that is switched off. */
  matching?: Matching;
  /** For the regression loss; absent when that is switched off. */
  pairs?: PairBatch;
};

export type GeneratorStepInput = GeneratorLossInput & {
  state: AdamwState;
  /** The running average of the weights; empty when none is kept. */
  average: Params;
  hyper: AdamwHyper;
};

export const generatorScalars = [
  'lossDm',
  'lossReg',
  'gradientNorm',
  'dmGradientNorm',
  'brightnessMean',
  'brightnessStd',
] as const;

export type GeneratorStepOutput = {
  params: Params;
  state: AdamwState;
  average: Params;
  /** G(z), before the update; G(z_ref) when there is no distribution matching. */
  x: tf.Tensor;
  /** The values of `generatorScalars`, in that order; a loss that is switched off is 0. */
  scalars: tf.Tensor1D;
};

export type FakeLossInput = Noising & {
  params: Params;
  /** What G drew for `labels`. Its weights are not here, so that nothing can move them. */
  x: tf.Tensor;
  labels?: tf.Tensor1D;
};

export type FakeStepInput = FakeLossInput & { state: AdamwState; hyper: AdamwHyper };

export const fakeScalars = ['lossFake', 'fakeGradientNorm'] as const;

export type FakeStepOutput = {
  params: Params;
  state: AdamwState;
  /** The values of `fakeScalars`, in that order. */
  scalars: tf.Tensor1D;
};

/** Both losses of G, their gradients by weight, and all that came before them. */
export function generatorGradients(models: Models, { params, matching, pairs }: GeneratorLossInput) {
  const { generator: G, config } = models;
  const draw = (theta: Params): { x?: tf.Tensor; x_ref?: tf.Tensor } => {
    if (matching && pairs) return drawTogether(G, theta, matching, pairs);
    const one = (source?: Source) => source && G.generate(theta, source.z, source.labels);
    return { x: one(matching), x_ref: one(pairs) };
  };

  // outside of the tape everything is a constant: sg(·). A compiling engine draws what is drawn twice only once.
  const { x, x_ref } = draw(params);
  const found = matching && disagreementAt(models, params, matching, x!);
  const target = found && tf.sub(x!, found.gradient);

  const losses = ({ x, x_ref }: ReturnType<typeof draw>) => ({
    lossDm: x ? distributionMatchingLoss(x, target!) : tf.scalar(0),
    lossReg: x_ref ? regressionLoss(config.regression, x_ref, pairs!.y) : tf.scalar(0),
  });
  const { grads } = valueAndGradients(params, (theta) => {
    const { lossDm, lossReg } = losses(draw(theta));
    return tf.add(tf.mul(config.lambdaDm, lossDm), tf.mul(config.lambdaReg, lossReg)) as tf.Scalar;
  });
  return { x: (x ?? x_ref)!, disagreement: found, ...losses({ x, x_ref }), grads };
}

/** G(z) and G(z_ref) in one pass: half as many operations as two, and one gradient of the weights instead of a sum. */
function drawTogether(G: Generator, theta: Params, { z, labels }: Source, pairs: Source) {
  const all = labels && (tf.concat([labels, pairs.labels!]) as tf.Tensor1D);
  const [x, x_ref] = tf.split(G.generate(theta, tf.concat([z, pairs.z]), all), [z.shape[0]!, pairs.z.shape[0]!]);
  return { x, x_ref };
}

/** One update of G by λ_dm L_DM + λ_reg L_reg. */
export function generatorStep(models: Models, input: GeneratorStepInput): GeneratorStepOutput {
  const { config } = models;
  const { x, disagreement, lossDm, lossReg, grads } = generatorGradients(models, input);

  const decay = config.ema > 0 ? tf.scalar(config.ema) : undefined;
  const { norm, ...next } = update(adamw(config), input, grads, { ...config, hyper: input.hyper, decay });

  const dmNorm = disagreement ? tf.norm(disagreement.gradient) : tf.scalar(0);
  const { mean, variance } = tf.moments(x);
  const scalars = tf.stack([lossDm, lossReg, norm, dmNorm, mean, tf.sqrt(variance)]) as tf.Tensor1D;
  return { ...next, x, scalars };
}

/** The fake score's own loss on what G draws (Eq. 6), a scalar, and its gradient by weight. */
export function fakeGradients(
  { fake }: Pick<Models, 'fake'>,
  { params, x, eps, level, labels }: FakeLossInput,
): { value: tf.Scalar; grads: Params } {
  const x_t = addNoise(x, eps, level);
  return valueAndGradients(params, (theta) =>
    fakeScoreLoss(fake.schedule.family, fake.denoise(theta, x_t, level, labels), x, level),
  );
}

/** One update of the fake score towards denoising what G draws. */
export function fakeStep(models: Pick<Models, 'fake' | 'config'>, input: FakeStepInput): FakeStepOutput {
  const { params, state, hyper } = input;
  const { gradientClip } = models.config;
  const { value: lossFake, grads } = fakeGradients(models, input);
  const next = update(adamw(models.config), { params, state }, grads, { gradientClip, hyper });
  const scalars = tf.stack([lossFake, next.norm]) as tf.Tensor1D;
  return { params: next.params, state: next.state, scalars };
}

/** The two updates, compiled. */
export function compileSteps(models: Models) {
  return {
    generatorStep: compile((input: GeneratorStepInput) => generatorStep(models, input)),
    fakeStep: compile((input: FakeStepInput) => fakeStep(models, input)),
  };
}

/** Where both scores disagree about `x`, what G with the weights `generator` draws. */
export function disagreementAt(models: Models, generator: Params, matching: Matching, x: tf.Tensor): Disagreement {
  const { eps, level } = matching;
  return disagreement(scores(models, generator, matching), models.config.weighting, x, eps, level);
}

/** The real and the fake score of one batch, as denoisers. */
function scores({ real, fake, config }: Models, generator: Params, matching: Matching): Scores {
  const { labels } = matching;
  return {
    real: (x_t, level) => real(matching.real, x_t, level, labels),
    fake: {
      learned: (x_t: tf.Tensor, level: NoiseLevels) => fake.denoise(matching.fake, x_t, level, labels),
      exact: (x_t: tf.Tensor, level: NoiseLevels) => affineDenoise(generator, x_t, level),
      none: noFakeScore,
    }[config.fakeScore],
  };
}

/**
 * AdamW (Loshchilov & Hutter 2019), number for number as torch.optim.AdamW: Adam with the weight decay beside the
 * gradient, p ← p − η (λ p + m̂ / (√v̂ + ε)).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from './denoiser.ts';

/** Running means of the gradient and of its square, one tensor for each weight. */
export type AdamwState = { m: Params; v: Params };

/** What changes from step to step, as scalar tensors, so that a compiled step takes it as input. */
export type AdamwHyper = { learningRate: tf.Tensor; biasCorrection1: tf.Tensor; biasCorrection2: tf.Tensor };

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/** The numbers of `AdamwHyper` at update `step`, counted from 1: η, 1 − β₁ᵗ and 1 − β₂ᵗ. */
export function adamwHyper(step: number, learningRate: number): { [key in keyof AdamwHyper]: number } {
  return { learningRate, biasCorrection1: 1 - beta1 ** step, biasCorrection2: 1 - beta2 ** step };
}

/** AdamW with a weight decay λ; a pure value, whose results are fresh tensors that the caller disposes. */
export function adamw({ weightDecay = 0.01 }: { weightDecay?: number } = {}) {
  return {
    /** The state before the first update: zeros. */
    init(params: Params): AdamwState {
      return { m: zerosLike(params), v: zerosLike(params) };
    },

    /** One update of every weight; `grads` has the same names and shapes as `params`. */
    update(params: Params, grads: Params, state: AdamwState, hyper: AdamwHyper): { params: Params; state: AdamwState } {
      const next = { params: {} as Params, state: { m: {} as Params, v: {} as Params } };
      const { learningRate, biasCorrection1, biasCorrection2 } = hyper;
      // the corrections folded into scalars leave few passes over the weights: with s = √(1 − β₂ᵗ),
      // η m̂ / (√v̂ + ε) = (η s / (1 − β₁ᵗ)) · m / (√v + ε s)
      const s = tf.sqrt(biasCorrection2);
      const stepSize = tf.div(tf.mul(learningRate, s), biasCorrection1);
      const floor = tf.mul(s, epsilon);
      const kept = tf.sub(1, tf.mul(learningRate, weightDecay));
      for (const [name, p] of Object.entries(params)) {
        const g = grads[name]!;
        const m = tf.add(tf.mul(state.m[name]!, beta1), tf.mul(g, 1 - beta1));
        const v = tf.add(tf.mul(state.v[name]!, beta2), tf.mul(tf.square(g), 1 - beta2));
        const change = tf.div(tf.mul(m, stepSize), tf.add(tf.sqrt(v), floor));
        next.params[name] = tf.sub(tf.mul(p, kept), change);
        next.state.m[name] = m;
        next.state.v[name] = v;
      }
      return next;
    },
  };
}

const zerosLike = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, p]) => [name, tf.zerosLike(p)]));

/**
 * The generator for which everything is known: G(z) = z W + b draws a Gaussian, N(b, Wᵀ W), so that its score at every
 * noise level is a formula and the fake score needs no training.
 */
import * as tf from '@tensorflow/tfjs-core';
import { perSample, type NoiseLevels } from '../../diffusion/schedule.ts';
import { usageError } from '../../errors.ts';
import type { Params } from '../../networks/denoiser.ts';
import type { Generator } from './generator.ts';

/** The affine generator in the plane; its parameters are `weight` [2, 2] and `bias` [2]. */
export const affineGenerator: Generator = {
  sampleShape: [2],
  classes: 0,
  generate: ({ weight, bias }, z) => tf.tidy(() => tf.add(tf.matMul(z as tf.Tensor2D, weight as tf.Tensor2D), bias!)),
};

/** Parameters that draw N(0, scale² I). The caller disposes them. */
export const initAffine = (scale: number): Params => ({
  weight: tf.tensor2d([scale, 0, 0, scale], [2, 2]),
  bias: tf.tensor1d([0, 0]),
});

/**
 * μ_fake(x_t, t) of the affine generator `params`, exactly: b + α S (α² S + σ² I)⁻¹ (x_t − α b) with S = Wᵀ W.
 * `x_t` [n, 2], `level` one entry per sample.
 */
export function affineDenoise({ weight, bias }: Params, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const [alpha, sigma] = [perSample(level.alpha, 2), perSample(level.sigma, 2)];
    const W = weight as tf.Tensor2D;
    const S = tf.matMul(W, W, true, false);
    const [s11, s12, s22] = [
      [0, 0],
      [0, 1],
      [1, 1],
    ].map((at) => tf.reshape(tf.slice(S, at, [1, 1]), [])) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const deviation = tf.sub(x_t, tf.mul(alpha, bias!));
    const [u, v] = tf.split(deviation, 2, 1) as [tf.Tensor, tf.Tensor];

    // C = α² S + σ² I, inverted as matrices of two rows are: [c22, −c12; −c12, c11] / det C
    const [a2, variance] = [tf.square(alpha), tf.square(sigma)];
    const [c11, c12, c22] = [tf.add(tf.mul(a2, s11), variance), tf.mul(a2, s12), tf.add(tf.mul(a2, s22), variance)];
    const det = tf.sub(tf.mul(c11, c22), tf.square(c12));
    const solved = tf.div(
      tf.concat([tf.sub(tf.mul(c22, u), tf.mul(c12, v)), tf.sub(tf.mul(c11, v), tf.mul(c12, u))], 1),
      det,
    );
    return tf.add(bias!, tf.mul(alpha, tf.matMul(solved as tf.Tensor2D, S)));
  });
}

/** A usage error unless the teacher lives in the plane, where the affine generator's score is known. */
export function requirePlane(teacher: { name: string; sampleShape: readonly number[] }): void {
  if (teacher.sampleShape.length !== 1 || teacher.sampleShape[0] !== 2) {
    throw usageError(
      `fakeScore \`exact\` exists for affine generators of two-dimensional mixtures, and a sample of \`${teacher.name}\` ` +
        `has the shape \`${teacher.sampleShape.join('×')}\`. Use \`learned\`.`,
    );
  }
}

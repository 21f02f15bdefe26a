/**
 * The fake score's own loss (Eq. 6): a denoiser of what the generator draws now, weighted as its teacher was trained.
 */
import * as tf from '@tensorflow/tfjs-core';
import { edmLossWeight } from '../../diffusion/preconditioning.ts';
import { perSample, type NoiseLevels, type NoiseSchedule } from '../../diffusion/schedule.ts';

/** EDM's σ_data for images in −1…1, which weighs the fake score's loss. */
const sigmaData = 0.5;

/**
 * weight · ‖μ_fake(x_t, t) − sg(x)‖², mean over every element: a scalar. `mu_fake` and `x` are [n, …]; `x` comes from
 * outside of the tape.
 */
export function fakeScoreLoss(
  family: NoiseSchedule['family'],
  mu_fake: tf.Tensor,
  x: tf.Tensor,
  level: NoiseLevels,
): tf.Scalar {
  return tf.tidy(() => {
    const weight = perSample(family === 'edm' ? edmLossWeight(level.sigma, sigmaData) : snr(level), x.rank);
    return tf.mean(tf.mul(weight, tf.squaredDifference(mu_fake, x)));
  });
}

/** α² / σ²: with it the error in μ counts as the plain squared error in ε. */
const snr = ({ alpha, sigma }: NoiseLevels): tf.Tensor => tf.square(tf.div(alpha, sigma));

/**
 * The exact teacher: for a Gaussian mixture the best possible denoiser, the score and the density at every noise level
 * are formulas.
 *
 * With x_t = α x + σ ε and x of component k, principal axes A_k and variances λ_k,
 *   y_k = A_k (x_t − α m_k) ~ N(0, v_k),  v_k = α² λ_k + σ²,
 * everything follows from y_k, v_k and the components' posterior probabilities.
 */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import type { GaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { perSample, type NoiseLevels, type NoiseSchedule } from '../diffusion/schedule.ts';
import type { Teacher } from './teacher.ts';

/** A teacher without weights: a student must be fitted to it before it is a whole `Teacher`. */
export type ExactTeacher = Omit<Teacher, 'student'>;

export type MixtureTeacher = ExactTeacher & { readonly mixture: GaussianMixture };

/** The exact teacher of `mixture` diffused by `schedule`. */
export function mixtureTeacher(name: string, mixture: GaussianMixture, schedule: NoiseSchedule): MixtureTeacher {
  const constants = hostConstants(mixture);
  return {
    name,
    mixture,
    schedule,
    sampleShape: [mixture.dimensions],
    classes: 0,
    params: {},
    fingerprint: fingerprintOf(mixture, schedule),
    denoise: (_params, x_t, level) => tf.tidy(() => denoiseWith(constants, x_t, level)),
  };
}

/** μ(x_t, t) = E[x | x_t], the component-wise posterior mean; `x_t` [n, d], `level` one entry per sample. */
export function mixtureDenoise(mixture: GaussianMixture, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => denoiseWith(hostConstants(mixture), x_t, level));
}

/** s(x_t, t) = ∇ log p_t(x_t), from the density itself and not by way of μ; `x_t` and the result [n, d]. */
export function mixtureScore(mixture: GaussianMixture, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  return tf.tidy(() => {
    const { y, v, share, fromAxes } = posterior(hostConstants(mixture), x_t, level);
    return tf.neg(tf.sum(tf.mul(share, fromAxes(tf.div(y, v))), 0)); // −Σ_k p(k | x_t) v_k⁻¹ y_k
  });
}

/** log p_t(x_t) in nats, [n]; `x_t` [n, d]. */
export function mixtureLogDensity(mixture: GaussianMixture, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor1D {
  return tf.tidy(() => posterior(hostConstants(mixture), x_t, level).logDensity);
}

/** The numbers of K components in d dimensions, as tensors take them. */
interface HostConstants {
  components: number;
  dimensions: number;
  logWeights: Float32Array; // [K, 1]
  means: Float32Array; // [K, 1, d]
  variances: Float32Array; // [K, 1, d]
  axes?: Float32Array; // [K, d, d]; absent when every component's are the coordinates'
}

function hostConstants({ dimensions, components }: GaussianMixture): HostConstants {
  const identity = Array.from({ length: dimensions }, (_, i) =>
    Array.from({ length: dimensions }, (_, j) => (i === j ? 1 : 0)),
  );
  return {
    components: components.length,
    dimensions,
    logWeights: Float32Array.from(components, ({ weight }) => Math.log(weight)),
    means: Float32Array.from(components.flatMap(({ mean }) => mean)),
    variances: Float32Array.from(components.flatMap(({ variances }) => variances)),
    axes: components.some(({ axes }) => axes)
      ? Float32Array.from(components.flatMap(({ axes }) => (axes ?? identity).flat()))
      : undefined,
  };
}

function denoiseWith(constants: HostConstants, x_t: tf.Tensor, level: NoiseLevels): tf.Tensor {
  const { y, v, alpha, means, variances, share, fromAxes } = posterior(constants, x_t, level);
  // E[x | x_t, k] = m_k + α Σ_k (α² Σ_k + σ² I)⁻¹ (x_t − α m_k)
  const mu_k = tf.add(means, fromAxes(tf.mul(tf.div(tf.mul(alpha, variances), v), y)));
  return tf.sum(tf.mul(share, mu_k), 0);
}

/** What all of the formulas share. [K, n, d] throughout, so that the axes are one batched matrix product. */
function posterior(constants: HostConstants, x_t: tf.Tensor, level: NoiseLevels) {
  const { components: K, dimensions: d } = constants;
  const [alpha, sigma] = [perSample(level.alpha, 2), perSample(level.sigma, 2)];
  const means = tf.tensor(constants.means, [K, 1, d]);
  const variances = tf.tensor(constants.variances, [K, 1, d]);
  const axes = constants.axes && tf.tensor(constants.axes, [K, d, d]);
  const fromAxes = (y: tf.Tensor) => (axes ? tf.matMul(y, axes) : y);

  const deviation = tf.sub(tf.expandDims(x_t, 0), tf.mul(alpha, means)); // x_t − α m_k
  const y = axes ? tf.matMul(deviation, axes, false, true) : deviation;
  const v = tf.add(tf.mul(tf.square(alpha), variances), tf.square(sigma));

  const exponent = tf.sum(tf.add(tf.div(tf.square(y), v), tf.log(v)), 2);
  const logWeights = tf.tensor(constants.logWeights, [K, 1]);
  // log w_k + log N(x_t; α m_k, α² Σ_k + σ² I), [K, n]
  const joint = tf.sub(logWeights, tf.mul(tf.add(exponent, d * Math.log(2 * Math.PI)), 0.5));
  const logDensity = tf.logSumExp(joint, 0) as tf.Tensor1D;
  const share = tf.expandDims(tf.exp(tf.sub(joint, logDensity)), 2); // p(k | x_t) [K, n, 1]
  return { alpha, means, variances, y, v, share, logDensity, fromAxes };
}

function fingerprintOf(mixture: GaussianMixture, schedule: NoiseSchedule): string {
  const levels = Array.from({ length: schedule.size }, (_, index) => schedule.level(index));
  // nine digits, so that the last bit of another machine's Math.pow makes no other teacher
  const formula = JSON.stringify({ mixture, family: schedule.family, levels }, (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  );
  return `mixture-${createHash('sha256').update(formula).digest('hex').slice(0, 32)}`;
}

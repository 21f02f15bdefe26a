/**
 * A student for the teacher that has no weights to copy: a network fitted to the exact denoiser. That fit is the copy.
 */
import { createHash } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { sampleMixture, type GaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { addNoise } from '../diffusion/forward.ts';
import { edmLossWeight } from '../diffusion/preconditioning.ts';
import { levelTensors, perSample, type NoiseLevels } from '../diffusion/schedule.ts';
import { compile } from '../engine/compile.ts';
import { failure } from '../errors.ts';
import { adamw, adamwHyper, type AdamwHyper, type AdamwState } from '../networks/adamw.ts';
import { loadNetwork, saveNetwork } from '../networks/build.ts';
import type { DenoiserNetwork, Params } from '../networks/denoiser.ts';
import { valueAndGradients } from '../networks/gradients.ts';
import { mlp } from '../networks/mlp.ts';
import { Random } from '../random.ts';
import type { MixtureTeacher } from './mixture.ts';
import type { Teacher } from './teacher.ts';

export interface Fit {
  /** Updates. */
  steps: number;
  batchSize: number;
  /** The highest rate; half a cosine takes it to 0. */
  learningRate: number;
  width: number;
  layers: number;
}

/** A few seconds on the onnx engine. */
export const defaultFit: Fit = { steps: 1000, batchSize: 256, learningRate: 3e-3, width: 64, layers: 3 };

/** `exact` with its student, which is fitted once and then kept in the directory `cache`. */
export async function withFittedStudent(exact: MixtureTeacher, cache: string, fit = defaultFit): Promise<Teacher> {
  const key = createHash('sha256')
    .update(JSON.stringify([exact.fingerprint, fit, sizeOf(exact.mixture)]))
    .digest('hex')
    .slice(0, 32);
  const path = join(cache, `student-${key}.safetensors`);
  if (await exists(path)) return { ...exact, student: await loadNetwork(path) };
  const student = await fitStudent(exact, fit);
  await mkdir(cache, { recursive: true });
  await saveNetwork(path, student.network, student.params, { teacher: exact.fingerprint });
  return { ...exact, student };
}

/** A network that denoises as `exact` does, at all levels of its schedule. The caller disposes the weights. */
export async function fitStudent(exact: MixtureTeacher, fit = defaultFit): Promise<Teacher['student']> {
  const { dimensions } = exact.mixture;
  const sigmaData = sizeOf(exact.mixture);
  const network = mlp({ dimensions, width: fit.width, layers: fit.layers, sigmaData });
  const update = compile((input: FitInput) => fitStep(exact, network, sigmaData, input));
  const random = Random.fromSeed(0);
  let params = network.init(random);
  let state = adamw({ weightDecay: 0 }).init(params);
  for (let step = 1; step <= fit.steps; step++) {
    const rate = (fit.learningRate * (1 + Math.cos((Math.PI * step) / fit.steps))) / 2;
    const input = { params, state, ...drawBatch(exact, fit.batchSize, random), hyper: hyperAt(step, rate) };
    const next = update(input);
    const [loss] = await next.loss.data();
    tf.dispose([input, next.loss] as never);
    ({ params, state } = next);
    if (Number.isFinite(loss)) continue;
    tf.dispose([params, state] as never);
    throw failure(`Fitting a student to \`${exact.name}\` failed: its loss became \`${loss}\` at step ${step}.`);
  }
  tf.dispose(state as never);
  return { network, params };
}

type FitInput = {
  params: Params;
  state: AdamwState;
  hyper: AdamwHyper;
  x: tf.Tensor;
  eps: tf.Tensor;
  level: NoiseLevels;
};

/** One update by EDM's weight · ‖D(x_t; σ) − D_exact(x_t; σ)‖². */
function fitStep(
  exact: MixtureTeacher,
  network: DenoiserNetwork,
  sigmaData: number,
  { params, state, hyper, x, eps, level }: FitInput,
) {
  const x_t = addNoise(x, eps, level);
  const mu = exact.denoise({}, x_t, level);
  const weight = perSample(edmLossWeight(level.sigma, sigmaData), x.rank);
  const { value: loss, grads } = valueAndGradients(params, (theta) =>
    tf.mean(tf.mul(weight, tf.squaredDifference(network.denoise(theta, x_t, level), mu))),
  );
  return { ...adamw({ weightDecay: 0 }).update(params, grads, state, hyper), loss };
}

/** The root mean square of a coordinate of what the mixture draws, about 0: what preconditioning is to bring to 1. */
function sizeOf({ dimensions, components }: GaussianMixture): number {
  const squares = components.map(
    ({ weight, mean, variances }) =>
      weight * [...mean.map((m) => m ** 2), ...variances].reduce((sum, square) => sum + square, 0),
  );
  const square = squares.reduce((sum, share) => sum + share, 0) / dimensions;
  // two digits, so that the last bit of another machine's sine makes no other network
  return Number(Math.sqrt(square).toPrecision(2));
}

function drawBatch({ mixture, schedule }: MixtureTeacher, n: number, random: Random) {
  const shape: [number, number] = [n, mixture.dimensions];
  return {
    x: tf.tensor2d(sampleMixture(mixture, n, random), shape),
    eps: tf.tensor2d(random.normal(n * mixture.dimensions), shape),
    level: levelTensors(Array.from({ length: n }, () => schedule.level(random.integer(0, schedule.size)))),
  };
}

function hyperAt(step: number, rate: number): AdamwHyper {
  const { learningRate, biasCorrection1, biasCorrection2 } = adamwHyper(step, rate);
  return {
    learningRate: tf.scalar(learningRate),
    biasCorrection1: tf.scalar(biasCorrection1),
    biasCorrection2: tf.scalar(biasCorrection2),
  };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

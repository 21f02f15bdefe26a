/**
 * Trains a teacher: a network learns to denoise the images of a dataset, as in EDM (Karras et al. 2022, Table 1).
 */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { ImageDataset } from '../data/dataset.ts';
import { edmLossWeight } from '../diffusion/preconditioning.ts';
import { perSample } from '../diffusion/schedule.ts';
import { compile } from '../engine/compile.ts';
import { failure, usageError } from '../errors.ts';
import { adamw, adamwHyper, type AdamwHyper, type AdamwState } from '../networks/adamw.ts';
import type { DenoiserNetwork, Params } from '../networks/denoiser.ts';
import { ema } from '../networks/ema.ts';
import { update } from '../networks/update.ts';
import { valueAndGradients } from '../networks/gradients.ts';
import { Random } from '../random.ts';

export interface TeacherTraining {
  /** Updates in all, those before a resumption included. */
  steps: number;
  /** Images a step. Default 64. */
  batchSize?: number;
  /** AdamW's highest rate. Default 1e-3. */
  learningRate?: number;
  /** Updates over which the rate rises linearly from 0. Default 200. */
  warmupSteps?: number;
  /** What follows: half a cosine down to 0 at the last step, or the rate as it is. Default `cosine`. */
  decay?: 'cosine' | 'constant';
  /** AdamW's λ. Default 0.01. */
  weightDecay?: number;
  /** Largest L2 norm of a whole gradient; default 1. */
  gradientClip?: number;
  /** Decay of the running average of the weights, reached by way of (1 + step) / (10 + step). Default 0.999. */
  emaDecay?: number;
  /** The share of labels replaced by none, for classifier-free guidance, when the network has classes. Default 0.1. */
  labelDropout?: number;
  /** Of a training that starts afresh. Default 0. */
  seed?: number;
  /** Updates between reports. Default 50. */
  reportEvery?: number;
}

/** A training between two updates, whole: what a checkpoint holds. */
export interface TeacherTrainingState {
  /** Updates done. */
  step: number;
  params: Params;
  optimiser: AdamwState;
  /** The running average of the weights: the teacher. */
  average: Params;
  random: readonly number[];
}

export interface TeacherTrainingReport {
  step: number;
  steps: number;
  /** Means over the updates since the last report. */
  loss: number;
  gradientNorm: number;
  learningRate: number;
}

export interface TeacherTrainingCallbacks {
  onReport?: (report: TeacherTrainingReport) => void;
  /** Called with each report's state, whose tensors it may read and must not keep: the place to save a checkpoint. */
  onState?: (state: TeacherTrainingState) => Promise<void> | void;
  /** Ends the training after the update under way. */
  signal?: AbortSignal;
}

/** The state before the first update. The caller disposes its tensors, or hands it to `trainTeacher`. */
export function startTeacherTraining(network: DenoiserNetwork, seed = 0): TeacherTrainingState {
  const random = Random.fromSeed(seed);
  const params = network.init(random.fork('weights'));
  return { step: 0, params, optimiser: adamw().init(params), average: ema.init(params), random: random.state() };
}

/**
 * Trains `network` on `dataset` until `steps` updates are done, or from `state`, whose tensors it takes over. The same
 * options, engine and threads give the same weights however often it is interrupted. The caller disposes the result.
 * A loss that is not finite is a failure.
 */
export async function trainTeacher(
  network: DenoiserNetwork,
  dataset: ImageDataset,
  options: TeacherTraining,
  callbacks: TeacherTrainingCallbacks = {},
  state = startTeacherTraining(network, options.seed),
): Promise<TeacherTrainingState> {
  assertFits(network, dataset);
  const { steps, batchSize = 64, labelDropout = 0.1, emaDecay = 0.999, reportEvery = 50 } = options;
  const update = compileUpdate(network, options);
  const random = Random.fromState(state.random);
  const weights = { params: state.params, optimiser: state.optimiser, average: state.average };
  let { step } = state;
  /** [loss, gradient norm] of each update since the last report, unread: reading one would wait for it. */
  let found: tf.Tensor[] = [];

  while (step < steps && !callbacks.signal?.aborted) {
    step++;
    const learningRate = learningRateAt(step, options);
    const decay = Math.min(emaDecay, (1 + step) / (10 + step));
    const inputs = {
      ...drawBatch(network, dataset, random, batchSize, labelDropout),
      hyper: scalars({ ...adamwHyper(step, learningRate), decay }),
    };
    const next = update(weights, inputs);
    tf.dispose([weights, inputs] as never);
    Object.assign(weights, next.weights);
    found.push(next.found);

    if ((step - state.step) % reportEvery === 0 || step === steps || callbacks.signal?.aborted) {
      const updates = await readAll(found);
      found = [];
      const bad = updates.findIndex((numbers) => !numbers.every(Number.isFinite));
      if (bad >= 0) {
        tf.dispose(weights as never);
        const [at, [lossThen, normThen]] = [step - updates.length + 1 + bad, updates[bad]!];
        throw failure(
          `The teacher's loss became \`${lossThen}\` and its gradient norm \`${normThen}\` at step ${at}; lower the learning ` +
            `rate (${learningRateAt(at, options).toPrecision(3)}).`,
        );
      }
      const mean = (of: 0 | 1) => updates.reduce((sum, numbers) => sum + numbers[of], 0) / updates.length;
      const [loss, gradientNorm] = [mean(0), mean(1)];
      callbacks.onReport?.({ step, steps, loss, gradientNorm, learningRate });
      await callbacks.onState?.({ ...weights, step, random: random.state() });
    }
    // lets signals, timers and sockets have their turn
    await setImmediate();
  }
  return { ...weights, step, random: random.state() };
}

/** The pairs of numbers in `tensors` [2] each, read all at once; disposes them. */
async function readAll(tensors: tf.Tensor[]): Promise<[number, number][]> {
  const all = tf.tidy(() => tf.stack(tensors));
  const values = await all.data();
  tf.dispose([all, tensors]);
  return tensors.map((_, i) => [values[2 * i]!, values[2 * i + 1]!]);
}

type Weights = { params: Params; optimiser: AdamwState; average: Params };

/** A batch of clean images with what is random about it: ε ~ N(0, I), σ and the labels after dropout. */
type Batch = { x: tf.Tensor; eps: tf.Tensor; sigma: tf.Tensor1D; labels?: tf.Tensor1D };

/** One update, compiled: weights never visit JavaScript. `found` is [loss, gradient norm]. */
export function compileUpdate(network: DenoiserNetwork, { weightDecay = 0.01, gradientClip = 1 }: TeacherTraining) {
  const optimiser = adamw({ weightDecay });
  // every EDM-preconditioned network of ours has the option, and its loss weight must be of the same σ_data
  const sigmaData = Number(network.architecture.options['sigmaData']);
  return compile((weights: Weights, batch: Batch & { hyper: AdamwHyper & { decay: tf.Tensor } }) => {
    const { hyper } = batch;
    const { value: loss, grads } = valueAndGradients(weights.params, (params) =>
      denoisingLoss(network, params, batch, sigmaData),
    );
    const trained = { ...weights, state: weights.optimiser };
    const { decay } = hyper;
    const { params, state, average, norm } = update(optimiser, trained, grads, { gradientClip, hyper, decay });
    return { weights: { params, optimiser: state, average }, found: tf.stack([loss, norm]) };
  });
}

/** λ(σ) ‖D(x + σ ε; σ) − x‖², mean over every element: a scalar. */
export function denoisingLoss(
  network: DenoiserNetwork,
  params: Params,
  { x, eps, sigma, labels }: Batch,
  sigmaData: number,
): tf.Scalar {
  return tf.tidy(() => {
    const x_t = tf.add(x, tf.mul(perSample(sigma, x.rank), eps));
    const level = { time: sigma, alpha: tf.onesLike(sigma), sigma };
    const D = network.denoise(params, x_t, level, labels);
    const weight = perSample(edmLossWeight(sigma, sigmaData), x.rank);
    return tf.mean(tf.mul(weight, tf.squaredDifference(D, x)));
  });
}

const [logSigmaMean, logSigmaStd] = [-1.2, 1.2];

function drawBatch(
  { sampleShape, classes }: DenoiserNetwork,
  dataset: ImageDataset,
  random: Random,
  size: number,
  labelDropout: number,
): Batch {
  // drawn with replacement, so that the random state alone says how training goes on
  const { images, labels } = dataset.batch(Array.from({ length: size }, () => random.integer(0, dataset.count)));
  const shape = [size, ...sampleShape];
  const batch: Batch = {
    x: tf.tensor(images, shape, 'float32'),
    eps: tf.tensor(random.normal(images.length), shape, 'float32'),
    sigma: tf.tensor1d(random.normal(size).map((normal) => Math.exp(logSigmaMean + logSigmaStd * normal))),
  };
  if (classes > 0) {
    const told = labels.map((label) => (random.uniform() < labelDropout ? classes : label));
    batch.labels = tf.tensor1d(told, 'int32');
  }
  return batch;
}

/** The rate of update `step`, counted from 1. */
export function learningRateAt(
  step: number,
  { steps, learningRate = 1e-3, warmupSteps = 200, decay = 'cosine' }: TeacherTraining,
): number {
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  if (decay === 'constant') return learningRate;
  return (learningRate / 2) * (1 + Math.cos((Math.PI * (step - warmupSteps)) / (steps - warmupSteps)));
}

const scalars = <K extends string>(numbers: Record<K, number>) =>
  Object.fromEntries(Object.entries<number>(numbers).map(([name, value]) => [name, tf.scalar(value)])) as Record<
    K,
    tf.Tensor
  >;

function assertFits({ sampleShape, classes }: DenoiserNetwork, dataset: ImageDataset): void {
  if (dataset.shape.join() !== sampleShape.join()) {
    throw usageError(
      `The images of \`${dataset.name}\` are \`${dataset.shape.join('×')}\` and the network's ${sampleShape.join('×')}; resize them or change its imageShape.`,
    );
  }
  if (classes > 0 && classes !== dataset.classes) {
    throw usageError(
      `\`${dataset.name}\` has \`${dataset.classes}\` classes and the network ${classes}; give the network as many, or none.`,
    );
  }
  if (dataset.count === 0) throw usageError(`\`${dataset.name}\` has no images; give a dataset that has some.`);
}

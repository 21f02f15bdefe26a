/**
 * Trains the digit classifier: cross-entropy on randomly shifted digits, AdamW, a cosine learning rate.
 */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { ImageBatch, ImageDataset } from '../data/dataset.ts';
import { compile } from '../engine/compile.ts';
import { failure, usageError } from '../errors.ts';
import { adamw, adamwHyper } from '../networks/adamw.ts';
import type { AdamwHyper, AdamwState } from '../networks/adamw.ts';
import type { Params } from '../networks/denoiser.ts';
import { valueAndGradients } from '../networks/gradients.ts';
import { Random } from '../random.ts';
import { CLASSES, classify, IMAGE_SHAPE, initClassifier } from './classifier.ts';

export interface ClassifierTraining {
  seed?: number;
  /** Passes over the dataset. Default 6. */
  epochs?: number;
  /** Default 64. */
  batchSize?: number;
  /** Where the cosine begins. Default 2e-3. */
  learningRate?: number;
  /** AdamW's. Default 0.01. */
  weightDecay?: number;
  /** Called after each step, of `steps` in all. */
  onStep?: (progress: { step: number; steps: number; loss: number }) => void;
}

/** Each image is moved by up to this many pixels either way. */
const SHIFT = 2;

/**
 * Weights of the classifier trained on `dataset`; the caller disposes them.
 * Throws a usage error for other images than digits, a failure when the loss is not finite.
 */
export async function trainClassifier(
  dataset: ImageDataset,
  { seed = 0, epochs = 6, batchSize = 64, learningRate = 2e-3, weightDecay = 0.01, onStep }: ClassifierTraining = {},
): Promise<Params> {
  assertDigits(dataset);
  if (dataset.count < batchSize)
    throw usageError(`\`${dataset.name}\` has \`${dataset.count}\` images, fewer than a batch of ${batchSize}.`);

  const optimiser = adamw({ weightDecay });
  const update = compile(
    (params: Params, state: AdamwState, images: tf.Tensor, target: tf.Tensor, hyper: AdamwHyper) => {
      const lossOf = (weights: Params) => crossEntropy(classify(weights, images).logits, target);
      const { value: loss, grads } = valueAndGradients(params, lossOf);
      return { loss, ...optimiser.update(params, grads, state, hyper) };
    },
  );

  const random = Random.fromSeed(seed);
  let params = initClassifier(random.fork('weights'));
  let state = optimiser.init(params);
  const stepsPerEpoch = Math.floor(dataset.count / batchSize);
  const steps = epochs * stepsPerEpoch;
  let order: Int32Array = new Int32Array();
  for (let step = 1; step <= steps; step++) {
    const first = ((step - 1) % stepsPerEpoch) * batchSize;
    if (first === 0) order = random.permutation(dataset.count);
    const batch = dataset.batch(order.subarray(first, first + batchSize));
    const rate = (learningRate / 2) * (1 + Math.cos((Math.PI * (step - 1)) / steps));
    const inputs = stepTensors(batch, random, step, rate);
    const next = update(params, state, inputs.images, inputs.target, inputs.hyper);
    const [loss] = await next.loss.data();
    tf.dispose([params, state, inputs, next.loss]);
    ({ params, state } = next);
    if (!Number.isFinite(loss)) {
      tf.dispose([params, state]);
      throw failure(`The classifier's loss is \`${loss}\` at step ${step}; lower the learning rate (${learningRate}).`);
    }
    onStep?.({ step, steps, loss: loss! });
    // an engine that computes at once leaves signals and timers no other turn
    await setImmediate();
  }
  tf.dispose(state);
  return params;
}

/** The share of `dataset` that the classifier gets right. */
export async function classifierAccuracy(params: Params, dataset: ImageDataset, batchSize = 250): Promise<number> {
  assertDigits(dataset);
  const logitsOf = compile((params: Params, images: tf.Tensor) => classify(params, images).logits);
  let right = 0;
  for (let first = 0; first < dataset.count; first += batchSize) {
    const count = Math.min(batchSize, dataset.count - first);
    const { images, labels } = dataset.batch(Array.from({ length: count }, (_, i) => first + i));
    const input = tf.tensor4d(images, [count, ...IMAGE_SHAPE]);
    const output = logitsOf(params, input);
    const logits = await output.data();
    tf.dispose([input, output]);
    for (let i = 0; i < count; i++) {
      const row = logits.subarray(i * CLASSES, (i + 1) * CLASSES);
      if (row.indexOf(Math.max(...row)) === labels[i]) right++;
    }
  }
  return right / dataset.count;
}

/** Mean over the batch of −log softmax(logits)[target]; `target` one-hot, [n, classes]. */
export function crossEntropy(logits: tf.Tensor, target: tf.Tensor): tf.Scalar {
  const shifted = tf.sub(logits, tf.max(logits, -1, true));
  const logSum = tf.log(tf.sum(tf.exp(shifted), -1));
  return tf.mean(tf.sub(logSum, tf.sum(tf.mul(shifted, target), -1)));
}

/** `image` [height, width] moved right by `dx` and down by `dy` pixels; what is uncovered is −1, the background. */
export function shifted(image: Float32Array, [height, width]: readonly number[], dx: number, dy: number): Float32Array {
  const out = new Float32Array(image.length).fill(-1);
  for (let y = Math.max(0, dy); y < Math.min(height!, height! + dy); y++)
    for (let x = Math.max(0, dx); x < Math.min(width!, width! + dx); x++)
      out[y * width! + x] = image[(y - dy) * width! + x - dx]!;
  return out;
}

function stepTensors({ images, labels }: ImageBatch, random: Random, step: number, learningRate: number) {
  const n = labels.length;
  const size = images.length / n;
  const moved = new Float32Array(images.length);
  const target = new Float32Array(n * CLASSES);
  for (let i = 0; i < n; i++) {
    const image = images.subarray(i * size, (i + 1) * size);
    const [dx, dy] = [random.integer(-SHIFT, SHIFT + 1), random.integer(-SHIFT, SHIFT + 1)];
    moved.set(shifted(image, IMAGE_SHAPE, dx, dy), i * size);
    target[i * CLASSES + labels[i]!] = 1;
  }
  const numbers = adamwHyper(step, learningRate);
  return {
    images: tf.tensor4d(moved, [n, ...IMAGE_SHAPE]),
    target: tf.tensor2d(target, [n, CLASSES]),
    hyper: {
      learningRate: tf.scalar(numbers.learningRate),
      biasCorrection1: tf.scalar(numbers.biasCorrection1),
      biasCorrection2: tf.scalar(numbers.biasCorrection2),
    },
  };
}

function assertDigits({ name, shape, classes }: ImageDataset): void {
  if (shape.join() !== IMAGE_SHAPE.join() || classes < 1 || classes > CLASSES)
    throw usageError(
      `\`${name}\` has images of \`${shape.join('×')}\` in \`${classes}\` classes; the classifier of digits takes ${IMAGE_SHAPE.join('×')} in ${CLASSES}.`,
    );
}

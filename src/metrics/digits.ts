/**
 * The measure of generated digits that travels with the project: how far their features are from those of the MNIST
 * test set, which digits they are, and how sure the classifier is.
 */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { ImageDataset } from '../data/dataset.ts';
import { compile } from '../engine/compile.ts';
import { usageError } from '../errors.ts';
import type { Params } from '../networks/denoiser.ts';
import { loadWeights, saveWeights } from '../networks/weights.ts';
import { Random } from '../random.ts';
import { CLASSES, classify, FEATURES, IMAGE_SHAPE, initClassifier } from './classifier.ts';
import { frechetDistance, GaussianStatistics } from './frechet.ts';
import type { Gaussian } from './frechet.ts';

export interface DigitsReport {
  readonly samples: number;
  /** Fréchet distance to the reference, in the classifier's features. */
  readonly frechet: number;
  /** For each digit, the share of samples taken for it; they add up to 1. */
  readonly classShares: readonly number[];
  /** Mean of the largest class probability, 0.1…1. */
  readonly confidence: number;
}

/** Images [n, 28, 28, 1] in −1…1, in portions of any n. */
export type DigitImages = Iterable<Float32Array> | AsyncIterable<Float32Array>;

/** Told how many images have been looked at. */
export type OnLooked = (images: number) => void;

/** A classifier, whose weights it owns until `dispose`, and the feature statistics to compare with. */
export class DigitsMeasure {
  private readonly look = compiledLook();

  constructor(
    private readonly classifier: Params,
    private readonly reference: Gaussian,
  ) {}

  /** The measure that `save` wrote to `path`. Throws a usage error when the file holds something else. */
  static async load(path: string): Promise<DigitsMeasure> {
    const { params } = await loadWeights(path);
    try {
      assertMeasure(params, path);
    } catch (error) {
      tf.dispose(params);
      throw error;
    }
    const { [MEAN]: mean, [COVARIANCE]: covariance, ...classifier } = params;
    const reference = {
      mean: Float64Array.from(await mean!.data()),
      covariance: Float64Array.from(await covariance!.data()),
    };
    tf.dispose([mean!, covariance!]);
    return new DigitsMeasure(classifier, reference);
  }

  /** Writes classifier, reference and `metadata` to one safetensors file. */
  async save(path: string, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    const mean = tf.tensor1d(Float32Array.from(this.reference.mean));
    const covariance = tf.tensor2d(Float32Array.from(this.reference.covariance), [FEATURES, FEATURES]);
    try {
      await saveWeights(path, { ...this.classifier, [MEAN]: mean, [COVARIANCE]: covariance }, metadata);
    } finally {
      tf.dispose([mean, covariance]);
    }
  }

  /** Judges generated images. Throws a failure when some are not finite, or fewer than two. */
  async evaluate(images: DigitImages, onLooked?: OnLooked): Promise<DigitsReport> {
    const statistics = new GaussianStatistics(FEATURES);
    const counts = Array<number>(CLASSES).fill(0);
    let confidence = 0;
    for await (const { features, probabilities } of sights(this.look, this.classifier, images)) {
      statistics.add(features);
      for (let at = 0; at < probabilities.length; at += CLASSES) {
        const row = probabilities.subarray(at, at + CLASSES);
        const largest = Math.max(...row);
        confidence += largest;
        counts[row.indexOf(largest)]!++;
      }
      onLooked?.(statistics.count);
    }
    const samples = statistics.count;
    return {
      samples,
      frechet: frechetDistance(statistics.gaussian(), this.reference),
      classShares: counts.map((count) => count / samples),
      confidence: confidence / samples,
    };
  }

  dispose(): void {
    tf.dispose(this.classifier);
  }
}

/** Mean and covariance of the features of `images`: what a `DigitsMeasure` compares with. */
export async function featureStatistics(
  classifier: Params,
  images: DigitImages,
  onLooked?: OnLooked,
): Promise<Gaussian> {
  const statistics = new GaussianStatistics(FEATURES);
  for await (const { features } of sights(compiledLook(), classifier, images)) {
    statistics.add(features);
    onLooked?.(statistics.count);
  }
  return statistics.gaussian();
}

/** The first `count` images of a dataset, for measuring. */
export function* digitsOf(dataset: ImageDataset, count = dataset.count): Generator<Float32Array> {
  for (let first = 0; first < count; first += BATCH)
    yield dataset.batch(Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => first + i)).images;
}

const MEAN = 'reference.mean';
const COVARIANCE = 'reference.covariance';

function assertMeasure(params: Params, path: string): void {
  const own = initClassifier(Random.fromSeed(0));
  const expected: Record<string, readonly number[]> = { [MEAN]: [FEATURES], [COVARIANCE]: [FEATURES, FEATURES] };
  for (const [name, tensor] of Object.entries(own)) expected[name] = tensor.shape;
  tf.dispose(own);
  for (const [name, shape] of Object.entries(expected)) {
    const found = params[name]?.shape;
    if (found?.join() !== shape.join())
      throw usageError(
        `\`${path}\` is no measure of digits: \`${name}\` is \`${found ? `[${found.join(', ')}]` : 'missing'}\` where [${shape.join(', ')}] belongs; make one with \`train-classifier\`.`,
      );
  }
}

/** Images that the classifier looks at together. */
const BATCH = 250;
const IMAGE_SIZE = IMAGE_SHAPE[0] * IMAGE_SHAPE[1] * IMAGE_SHAPE[2];

const compiledLook = () =>
  compile((classifier: Params, images: tf.Tensor) => {
    const { features, logits } = classify(classifier, images);
    return { features, probabilities: tf.softmax(logits) };
  });

/** What the classifier makes of `images`, batch by batch: features [n, FEATURES] and probabilities [n, CLASSES]. */
async function* sights(look: ReturnType<typeof compiledLook>, classifier: Params, images: DigitImages) {
  for await (const portion of images) {
    const count = portion.length / IMAGE_SIZE;
    if (!Number.isInteger(count))
      throw new Error(`internal: ${portion.length} numbers are no images of ${IMAGE_SHAPE.join('×')}`);
    for (let first = 0; first < count; first += BATCH) {
      const last = Math.min(count, first + BATCH);
      const input = tf.tensor4d(portion.subarray(first * IMAGE_SIZE, last * IMAGE_SIZE), [
        last - first,
        ...IMAGE_SHAPE,
      ]);
      const output = look(classifier, input);
      const [features, probabilities] = await Promise.all([output.features.data(), output.probabilities.data()]);
      tf.dispose([input, output]);
      yield { features, probabilities };
      // an engine that computes at once leaves signals and timers no other turn
      await setImmediate();
    }
  }
}

/**
 * (noise, image) pairs for the regression loss: what the teacher's own deterministic sampler makes of known noise.
 */
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../../errors.ts';
import type { Config } from '../config.ts';
import { needsPairs } from '../plan.ts';
import type { PairBatch } from '../step.ts';

export interface PairSource {
  /** How many pairs there are, at least 1. */
  readonly count: number;
  /** The pairs at `indices` in [0, count): fresh tensors that the caller disposes. */
  batch(indices: readonly number[]): PairBatch;
}

/** Pairs in memory: `z` and `y` hold `count` samples of `sampleShape` one after another, `labels` a class for each. */
export interface PairArrays {
  readonly sampleShape: readonly number[];
  readonly z: Float32Array;
  readonly y: Float32Array;
  readonly labels?: Int32Array;
}

/** Arrays as pairs to train on; they must stay as they are. */
export function pairsInMemory({ sampleShape, z, y, labels }: PairArrays): PairSource {
  const size = tf.util.sizeFromShape([...sampleShape]);
  const rows = (values: Float32Array, indices: readonly number[]) => {
    const out = new Float32Array(indices.length * size);
    indices.forEach((index, i) => out.set(values.subarray(index * size, (index + 1) * size), i * size));
    return tf.tensor(out, [indices.length, ...sampleShape]);
  };
  return {
    count: z.length / size,
    batch: (indices) => ({
      z: rows(z, indices),
      y: rows(y, indices),
      labels:
        labels &&
        tf.tensor1d(
          Int32Array.from(indices, (index) => labels[index]!),
          'int32',
        ),
    }),
  };
}

/** The images of the first `count` pairs, in portions. */
export async function* imagesIn(pairs: PairSource, count: number): AsyncGenerator<Float32Array> {
  const portion = 250;
  for (let first = 0; first < count; first += portion) {
    const batch = pairs.batch(Array.from({ length: Math.min(portion, count - first) }, (_, i) => first + i));
    yield (await batch.y.data()) as Float32Array;
    tf.dispose(batch as never);
  }
}

/** A usage error when the run follows the regression loss and there is nothing to follow. */
export function requirePairs(config: Config, pairs: PairSource | undefined): void {
  if (needsPairs(config) && !pairs) {
    throw usageError(
      `The regression loss (lambdaReg \`${config.lambdaReg}\`, warmup.regressionSteps ` +
        `\`${config.warmup.regressionSteps}\`) needs pairs. Set pairs above 0.`,
    );
  }
}

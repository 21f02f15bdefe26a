/**
 * Many samples by batches of one size, so that a compiling engine compiles once.
 */
import * as tf from '@tensorflow/tfjs-core';

const batchSize = 256;

/** `draw` of all of `z` [n, …] and `labels` [n]: a fresh tensor [n, …]. */
export function inBatches(
  z: tf.Tensor,
  labels: tf.Tensor1D | undefined,
  draw: (z: tf.Tensor, labels?: tf.Tensor1D) => tf.Tensor,
): tf.Tensor {
  const n = z.shape[0]!;
  if (n <= batchSize) return draw(z, labels);
  return tf.tidy(() => {
    const batches = Array.from({ length: Math.ceil(n / batchSize) }, (_, i) => {
      // the last batch begins early enough to be whole
      const begin = Math.min(i * batchSize, n - batchSize);
      const x = draw(tf.slice(z, begin, batchSize), labels && tf.slice(labels, begin, batchSize));
      return tf.slice(x, i * batchSize - begin);
    });
    return tf.concat(batches);
  });
}

/** `n` of `labels`, one after another and over again; none when there are no labels. The caller disposes them. */
export function inTurn(n: number, labels: readonly number[]): tf.Tensor1D | undefined {
  if (labels.length === 0) return undefined;
  return tf.tensor1d(
    Int32Array.from({ length: n }, (_, i) => labels[i % labels.length]!),
    'int32',
  );
}

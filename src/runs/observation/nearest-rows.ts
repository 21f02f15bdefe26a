/**
 * The nearest of many rows of numbers, a portion of them at a time.
 */
import * as tf from '@tensorflow/tfjs-core';

export interface Rows {
  readonly count: number;
  /** Numbers in a row. */
  readonly size: number;
  /** The rows with these numbers, [n, size]; the caller disposes them. */
  at(indices: readonly number[]): tf.Tensor2D;
}

export interface NearestRows {
  /** For each sample its nearest rows, the nearest first. */
  readonly indices: readonly number[];
  /** Root mean square difference, in the same order. */
  readonly distances: Float32Array;
}

/** Rows that are compared at a time; always as many, so that a compiling engine compiles once. */
const PORTION = 2048;

/** The `each` rows (or all, when there are fewer) nearest to each of `samples`, which are as long and one after another. */
export async function nearestRows(samples: Float32Array, rows: Rows, each: number): Promise<NearestRows> {
  const { count, size } = rows;
  const n = samples.length / size;
  const portion = Math.min(PORTION, count);
  const kept = Math.min(each, count);
  const indices = new Array<number>(n * kept).fill(0);
  const squares = new Float32Array(n * kept).fill(Infinity);
  for (let first = 0; first < count; first += portion) {
    // the last portion is as large as the others, and what was seen is passed over
    const from = Math.min(first, count - portion);
    const found = tf.tidy(() => squaredDistances(samples, rows, from, portion));
    const seen = await found.data();
    found.dispose();
    for (let sample = 0; sample < n; sample++)
      for (let i = first - from; i < portion; i++) {
        const square = seen[sample * portion + i]!;
        if (square < squares[(sample + 1) * kept - 1]!) insert(indices, squares, sample * kept, kept, from + i, square);
      }
  }
  return { indices, distances: squares.map((square) => Math.sqrt(Math.max(0, square) / size)) };
}

/** ‖x − r‖² = ‖x‖² − 2 x·r + ‖r‖², [n, portion]. */
function squaredDistances(samples: Float32Array, rows: Rows, from: number, portion: number): tf.Tensor2D {
  const x = tf.tensor2d(samples, [samples.length / rows.size, rows.size]);
  const r = rows.at(Array.from({ length: portion }, (_, i) => from + i));
  const ofX = tf.sum(tf.square(x), 1, true);
  const ofR = tf.sum(tf.square(r), 1);
  return tf.add(tf.sub(ofX, tf.mul(2, tf.matMul(x, r, false, true))), ofR);
}

/** Puts a row into its place among the `kept` nearest of a sample, which begin at `begin`. */
function insert(
  indices: number[],
  squares: Float32Array,
  begin: number,
  kept: number,
  index: number,
  square: number,
): void {
  let at = begin + kept - 1;
  for (; at > begin && squares[at - 1]! > square; at--) {
    squares[at] = squares[at - 1]!;
    indices[at] = indices[at - 1]!;
  }
  squares[at] = square;
  indices[at] = index;
}

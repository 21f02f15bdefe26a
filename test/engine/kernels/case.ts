/** One way to use a kernel: its inputs, by shape and range, and the operation that calls it. */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../../src/random.ts';

export interface Input {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: (random: Random) => number[];
}

export interface Case {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly run: (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** Compare gradients with respect to the float32 inputs too. */
  readonly gradients?: boolean;
  /** Default 1e-5, relative where numbers are large. */
  readonly tolerance?: number;
}

/** The cases of each kernel, under its TensorFlow.js name. */
export type Cases = Record<string, Case[]>;

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const floats = (shape: readonly number[], low = -2, high = 2): Input => ({
  shape,
  dtype: 'float32',
  values: (random) => Array.from({ length: size(shape) }, () => low + (high - low) * random.uniform()),
});

export const ints = (shape: readonly number[], low = -5, high = 6): Input => ({
  shape,
  dtype: 'int32',
  values: (random) => Array.from({ length: size(shape) }, () => random.integer(low, high)),
});

export const bools = (shape: readonly number[]): Input => ({ ...ints(shape, 0, 2), dtype: 'bool' });

export const given = (values: number[], dtype: Input['dtype'] = 'float32', shape = [values.length]): Input => ({
  shape,
  dtype,
  values: () => values,
});

export const tensorOf = ({ shape, dtype }: Input, values: readonly number[]): tf.Tensor =>
  tf.tensor([...values], [...shape], dtype);

/**
 * What figures take numbers from: tensors, arrays, or numbers with their shape; read on the host, as float32.
 */
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../errors.ts';
import type { StoredTensor } from '../networks/safetensors.ts';

/** Numbers in arrays in arrays, all of the same length at each depth. */
export type NestedArray = ArrayLike<number> | readonly NestedArray[];

/** A tensor, which stays the caller's; arrays in arrays; or float32 `values` with their `shape`. */
export type Numbers = tf.Tensor | NestedArray | StoredTensor;

/** The numbers of `of` and their shape. A usage error when rows are not of the same length. */
export async function read(of: Numbers): Promise<StoredTensor> {
  if (of instanceof tf.Tensor) return { shape: of.shape, values: Float32Array.from(await of.data()) };
  if (isStored(of)) return of;
  const shape = shapeOf(of);
  const values = Float32Array.from(flatten(of));
  const size = shape.reduce((a, b) => a * b, 1);
  if (values.length !== size)
    throw usageError(`Rows of different lengths: \`${values.length}\` numbers do not fill [${shape.join(', ')}].`);
  return { shape, values };
}

export const isNumbers = (of: unknown): of is Numbers =>
  of instanceof tf.Tensor || Array.isArray(of) || ArrayBuffer.isView(of) || isStored(of);

const isStored = (of: unknown): of is StoredTensor =>
  typeof of === 'object' && of !== null && 'values' in of && 'shape' in of;

function shapeOf(of: NestedArray | number): number[] {
  return typeof of === 'number' ? [] : [of.length, ...(of.length > 0 ? shapeOf(of[0]!) : [])];
}

const flatten = (of: NestedArray): number[] =>
  Array.from(of as ArrayLike<number | NestedArray>).flatMap((part) =>
    typeof part === 'number' ? part : flatten(part),
  );

/** `[256, 2]`. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Mean and standard deviation of the numbers that are finite, the least and the greatest, and how many are not finite. */
export function statistics(values: Float32Array) {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value, 0) / (finite.length || 1);
  const variance = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (finite.length || 1);
  const [least, greatest] = finite.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  return { mean, std: Math.sqrt(variance), least, greatest, notFinite: values.length - finite.length };
}

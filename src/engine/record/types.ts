/** The types that tensors of TensorFlow.js have, and those that the engine computes on. */
import type * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../../errors.ts';
import type { ElementType } from '../graph/graph.ts';

/** Types of tensors that the engine keeps without computing on them. */
export const isHostType = (dtype: tf.DataType): boolean => dtype === 'complex64' || dtype === 'string';

export const noSuchType = (dtype: tf.DataType): Error =>
  usageError(
    `The engine \`onnx\` computes on tensors of type float32, int32 and bool alone, not on \`${dtype}\`. ` +
      'Choose the engine `cpu` for them.',
  );

export const elementTypeOf = (dtype: tf.DataType): ElementType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw noSuchType(dtype);
};

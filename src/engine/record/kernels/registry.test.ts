/** Kernels without a lowering run as TensorFlow.js' cpu kernels, are counted, and are refused inside `compile`. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useOnnx } from '../../../../test/engine/backends.ts';
import { DmdError } from '../../../errors.ts';
import { compile } from '../../compile.ts';
import { fallbackCounts, forbidFallbacks, loweredKernels, resetFallbacks } from './registry.ts';

beforeAll(() => useOnnx(0));
beforeEach(resetFallbacks);

const ints = (...values: number[]) => tf.tensor1d(values, 'int32');

describe('a kernel without a lowering', () => {
  it('runs on the cpu, in the middle of what is recorded, and is counted', async () => {
    expect(loweredKernels()).not.toContain('BitwiseAnd');
    const x = ints(5, 7, 9);
    const y = tf.add(tf.bitwiseAnd(tf.mul(x, ints(2, 2, 2)), ints(4, 4, 2)), 1);
    expect([...(await y.data())]).toEqual([1, 5, 3]);
    tf.bitwiseAnd(x, x);
    expect([...fallbackCounts()]).toEqual([['BitwiseAnd', 2]]);
  });

  it('keeps its gradient', async () => {
    const dilate = (x: tf.Tensor) => tf.dilation2d(x as tf.Tensor4D, tf.zeros([2, 2, 1]), 1, 'valid');
    const dx = tf.grad((x) => tf.sum(dilate(x)))(tf.tensor4d([1, 4, 3, 2], [1, 2, 2, 1]));
    expect([...(await dx.data())]).toEqual([0, 1, 0, 0]);
    expect([...fallbackCounts().keys()]).toEqual(['Dilation2D', 'Dilation2DBackpropInput']);
  });

  it('may take lists of tensors by name, and give several', async () => {
    const { values, indices } = tf.unique(tf.tensor1d([3, 9, 3]));
    expect([[...(await values.data())], [...(await indices.data())]]).toEqual([
      [3, 9],
      [0, 1, 0],
    ]);
    const rows = tf.raggedTensorToTensor(
      ints(2, 2),
      ints(1, 2, 3),
      tf.scalar(0, 'int32'),
      [ints(0, 2, 3)],
      ['ROW_SPLITS'],
    );
    expect([...(await rows.data())]).toEqual([1, 2, 3, 0]);
    expect([...fallbackCounts().keys()]).toEqual(['Unique', 'RaggedTensorToTensor']);
  });

  it('leaves no tensors on either backend', () => {
    const x = ints(1, 2);
    const [own, cpu] = [tf.backend().numDataIds(), (tf.findBackend('cpu') as tf.KernelBackend).numDataIds()];
    tf.tidy(() => void tf.unique(tf.bitwiseAnd(x, x)));
    tf.tidy(() => void tf.fft(tf.complex([1, 2], [3, 4])));
    expect(tf.backend().numDataIds()).toBe(own);
    expect((tf.findBackend('cpu') as tf.KernelBackend).numDataIds()).toBe(cpu);
  });

  it('is refused inside compile, by name', () => {
    const call = () => compile((x: tf.Tensor) => tf.bitwiseAnd(x, x))(ints(1, 5));
    expect(call).toThrow(DmdError);
    expect(call).toThrow('`BitwiseAnd` has no lowering to ONNX');
    expect(fallbackCounts().size).toBe(0);
  });
});

describe('what is forbidden to fall back', () => {
  afterEach(() => forbidFallbacks([]));

  it('does so only with strings and complex numbers', async () => {
    forbidFallbacks(['BitwiseAnd', 'Reshape']);
    expect(() => tf.bitwiseAnd(ints(1), ints(1))).toThrow('internal: `BitwiseAnd` fell back');
    expect(await tf.reshape(tf.tensor(['a', 'b'], [2]), [2, 1]).data()).toEqual(['a', 'b']);
    expect([...(await tf.reshape(tf.complex([1, 2], [3, 4]), [2, 1]).data())]).toEqual([1, 3, 2, 4]);
  });
});

describe('strings and complex numbers', () => {
  it('are kept, and left to the cpu', async () => {
    const words = tf.tensor(['one', 'two', 'one']);
    const { values } = tf.unique(words as tf.Tensor1D);
    expect(await values.data()).toEqual(['one', 'two']);
    const product = tf.mul(tf.complex([1, 2], [3, 4]), tf.complex([0, 1], [1, 0]));
    expect([...(await product.data())]).toEqual([-3, 1, 2, 4]);
    expect([...fallbackCounts().keys()]).toEqual(['Unique', 'Multiply']);
  });

  it('have parts, which outlive them, and a size', async () => {
    const z = tf.complex(tf.add(tf.tensor1d([3, 0]), 0), [4, 0]);
    const [size, imag] = [tf.abs(z), tf.imag(z)];
    z.dispose();
    expect([...(await tf.add(imag, 1).data())]).toEqual([5, 1]);
    expect([...(await size.data())]).toEqual([5, 0]);
    expect(fallbackCounts().size).toBe(0);
  });

  it('are refused where the engine would compute on them', () => {
    const call = () => compile((x: tf.Tensor) => tf.mul(x, 2))(tf.complex([1], [2]));
    expect(call).toThrow(DmdError);
    expect(call).toThrow('not on `complex64`');
  });
});

/** Kernels without a lowering run as TensorFlow.js' cpu kernels, are counted, and are refused inside `compile`. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useOnnx } from '../../../../test/engine/backends.ts';
import { DmdError } from '../../../errors.ts';
import { compile } from '../../compile.ts';
import { fallbackCounts, loweredKernels, resetFallbacks } from './registry.ts';

beforeAll(() => useOnnx(0));
beforeEach(resetFallbacks);

describe('a kernel without a lowering', () => {
  it('runs on the cpu, in the middle of what is recorded, and is counted', async () => {
    expect(loweredKernels()).not.toContain('Mod');
    const x = tf.tensor1d([5, -7, 9]);
    const y = tf.add(tf.mod(tf.mul(x, 2), 4), 1);
    expect([...(await y.data())]).toEqual([3, 3, 3]);
    tf.mod(x, 4);
    expect([...fallbackCounts()]).toEqual([['Mod', 2]]);
  });

  it('keeps its gradient', async () => {
    const dx = tf.grad((x) => tf.sum(tf.prelu(x, tf.scalar(0.25))))(tf.tensor1d([-2, 3]));
    expect([...(await dx.data())]).toEqual([0.25, 1]);
    expect(fallbackCounts().get('Prelu')).toBeGreaterThan(0);
  });

  it('may take a list of tensors, and give several', async () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    expect([...(await tf.einsum('ij,jk->ik', a, a).data())]).toEqual([7, 10, 15, 22]);
    const { values, indices } = tf.topk(tf.tensor1d([3, 9, 5]), 2);
    expect([[...(await values.data())], [...(await indices.data())]]).toEqual([
      [9, 5],
      [1, 2],
    ]);
    expect([...fallbackCounts().keys()]).toEqual(['Einsum', 'TopK']);
  });

  it('leaves no tensors on either backend', () => {
    const x = tf.tensor1d([1, 2]);
    const [own, cpu] = [tf.backend().numDataIds(), (tf.findBackend('cpu') as tf.KernelBackend).numDataIds()];
    tf.tidy(() => void tf.topk(tf.mod(x, 2), 1));
    expect(tf.backend().numDataIds()).toBe(own);
    expect((tf.findBackend('cpu') as tf.KernelBackend).numDataIds()).toBe(cpu);
  });

  it('is refused inside compile, by name', () => {
    const call = () => compile((x: tf.Tensor) => tf.mod(x, 3))(tf.tensor1d([1, 5]));
    expect(call).toThrow(DmdError);
    expect(call).toThrow('`Mod` has no lowering to ONNX');
    expect(fallbackCounts().size).toBe(0);
  });
});

describe('a lowering that does not suit every use', () => {
  it('leaves the others to the cpu: resizing to no multiple, gathering by batch', async () => {
    const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    expect([...(await tf.image.resizeNearestNeighbor(image, [3, 2]).data())]).toEqual([1, 2, 1, 2, 3, 4]);
    const rows = tf.gather(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([1, 0], [2, 1], 'int32'), 1, 1);
    expect([...(await rows.data())]).toEqual([2, 3]);
    expect([...fallbackCounts().keys()]).toEqual(['ResizeNearestNeighbor', 'GatherV2']);
  });

  it('leaves images with channels first to the cpu', async () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 1, 2]);
    const y = tf.conv2d(x, tf.tensor4d([1, 10], [1, 1, 2, 1]), 1, 'valid', 'NCHW');
    expect(y.shape).toEqual([1, 1, 1, 2]);
    expect([...(await y.data())]).toEqual([31, 42]);
    expect([...fallbackCounts().keys()]).toEqual(['Conv2D']);
  });
});

describe('types that the engine has not', () => {
  it.each([
    ['string', () => tf.tensor(['a', 'b'])],
    ['string', () => tf.fill([2], 'a' as never)],
    ['complex64', () => tf.complex([1], [2])],
  ])('%s is refused with a reason', (type, make) => {
    expect(make).toThrow(`The engine \`onnx\` has no tensors of type \`${type}\``);
  });
});

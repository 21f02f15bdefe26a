/** The lazy backend: what it may forget, what it must keep, and that one bad tensor spoils no other. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnx, useReference } from '../../../test/engine/backends.ts';
import { expectFlat, memoryAfter } from '../../../test/engine/memory.ts';
import { compile } from '../compile.ts';

beforeAll(() => useOnnx(0));

const numbers = async (t: tf.Tensor) => [...(await t.data())];

/** Runs small graphs of the same shapes as `t`, which take whatever buffers are free. */
async function reuseBuffers(like: tf.Tensor): Promise<void> {
  for (let i = 0; i < 4; i++) {
    const noise = tf.fill(like.shape, 1000 + i);
    await tf.add(noise, tf.zerosLike(like)).data();
  }
}

describe('the numbers of a tensor', () => {
  it('are those of the array it was made of, whatever the array holds later', async () => {
    const values = Float32Array.of(1, 2, 3);
    const x = tf.tensor1d(values);
    const y = tf.mul(x, 2);
    values.fill(9);
    expect(await numbers(y)).toEqual([2, 4, 6]);
  });

  it('stay as they were read, after the tensor is gone and its buffer serves again', async () => {
    const like = tf.zeros([3]);
    const x = tf.add(tf.tensor1d([1, 2, 3]), 1);
    const read = await x.data();
    x.dispose();
    await reuseBuffers(like);
    expect([...read]).toEqual([2, 3, 4]);
    read.fill(7);
    await reuseBuffers(like);
    expect([...read]).toEqual([7, 7, 7]);
  });

  it('are not lost with tensors that they are still to be computed from', async () => {
    const a = tf.add(tf.tensor1d([1, 2]), 1);
    await a.data();
    const b = tf.mul(a, 3);
    a.dispose();
    const c = tf.tidy(() => tf.add(b, tf.tensor1d([10, 20])));
    b.dispose();
    await reuseBuffers(c);
    expect(await numbers(c)).toEqual([16, 29]);
  });

  it('outlive a disposed tensor that a reshape leads back to', async () => {
    const a = tf.add(tf.tensor2d([1, 2, 3, 4], [2, 2]), 1);
    await a.data();
    const b = tf.reshape(a, [4]);
    a.dispose();
    const c = tf.reshape(b, [2, 2]);
    await b.data();
    await reuseBuffers(c);
    expect(await numbers(c)).toEqual([2, 3, 4, 5]);
  });

  it('move in from another backend', async () => {
    await useReference();
    const x = tf.tensor1d([1, 2]);
    await tf.setBackend('onnx');
    expect(await numbers(tf.add(x, 1))).toEqual([2, 3]);
  });
});

describe('a tensor that cannot be computed', () => {
  it('says so to whoever reads it, and to nobody else', async () => {
    const table = tf.tensor1d([1, 2, 3]);
    const before = tf.add(table, 1);
    const outside = tf.gather(table, tf.tensor1d([7], 'int32'));
    const from = tf.add(outside, 1);
    const after = tf.mul(table, 2);
    expect(await numbers(before)).toEqual([2, 3, 4]);
    expect(await numbers(after)).toEqual([2, 4, 6]);
    await expect(outside.data()).rejects.toThrow('cannot compute this on the CPU');
    await expect(from.data()).rejects.toThrow('indices element out of data bounds');
    await expect(tf.add(from, 1).data()).rejects.toThrow();
    tf.dispose([outside, from]);
    expect(await numbers(tf.add(before, after))).toEqual([4, 7, 10]);
  });
});

describe('what has no room', () => {
  const huge = 1e6;

  it.each([
    ['on the way', () => tf.sum(tf.matMul(tf.ones([huge, 1]), tf.ones([1, huge])))],
    ['as a result', () => tf.matMul(tf.ones([huge, 1]), tf.ones([1, huge]))],
  ])('%s is told with what to do, and the engine goes on', async (_, make) => {
    const t = make();
    const message = /^The engine `onnx` cannot compute this on the CPU: .*batchSize=…`\)\.$/;
    await expect(t.data()).rejects.toThrow(message);
    t.dispose();
    const compiled = compile((n: tf.Tensor) => tf.add(make(), n));
    expect(() => compiled(tf.scalar(1))).toThrow(message);
    expect(await numbers(tf.add(tf.tensor1d([1, 2]), 1))).toEqual([2, 3]);
  });
});

describe('loops that are not compiled', () => {
  it('leave tensors and memory as they were', async () => {
    let w = tf.fill([64, 64], 0.5) as tf.Tensor;
    const step = async () => {
      const next = tf.tidy(() => {
        const x = tf.tensor2d(new Float32Array(64 * 64).fill(0.01), [64, 64]);
        const g = tf.grad((w) => tf.mean(tf.square(tf.matMul(tf.sigmoid(tf.add(x, w)), w))))(w);
        return tf.sub(w, tf.mul(g, 0.1));
      });
      w.dispose();
      w = next;
      await w.data();
    };
    const warm = await memoryAfter(150, step);
    const { numTensors } = tf.memory();
    const dataIds = tf.backend().numDataIds();
    const late = await memoryAfter(300, step);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(tf.backend().numDataIds()).toBe(dataIds);
    expectFlat(warm, late);
  });
});

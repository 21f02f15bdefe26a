/** `compile`: the same numbers as the function it is given, whatever happens between calls. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { useOnnx, useReference, workingBlocks } from '../../test/engine/backends.ts';
import { contentsOf, expectClose } from '../../test/engine/close.ts';
import { expectFlat, memoryAfter } from '../../test/engine/memory.ts';
import { DmdError } from '../errors.ts';
import { Random } from '../random.ts';
import { compile } from './compile.ts';
import { Program } from './session/program.ts';

const [block] = workingBlocks();
beforeAll(() => useOnnx(block!));

const numbers = async (t: tf.Tensor) => [...(await t.data())];

/** A compiled function, and how often it was recorded. */
function counted<F extends (...args: tf.Tensor[]) => tf.Tensor>(fn: F) {
  const recordings = { count: 0 };
  const compiled = compile((...args: tf.Tensor[]) => {
    recordings.count++;
    return fn(...args);
  });
  return { compiled, recordings };
}

describe('a compiled function', () => {
  it('gives what the function gives, on every call', async () => {
    const random = Random.fromSeed(1);
    const step = (w: tf.Tensor, x: tf.Tensor) => {
      const g = tf.grad((w) => tf.mean(tf.square(tf.tanh(tf.matMul(x, w)))))(w);
      return { w: tf.sub(w, g), parts: [tf.sum(g), tf.transpose(x)] };
    };
    const compiled = compile(step);
    for (let call = 0; call < 3; call++) {
      const [w, x] = [random.normal(12), random.normal(8)];
      const run = async (f: typeof step) => {
        const { w: next, parts } = f(tf.tensor2d(w, [4, 3]), tf.tensor2d(x, [2, 4]));
        return Promise.all([next, ...parts].map(contentsOf));
      };
      await useReference();
      const expected = await run(step);
      await tf.setBackend('onnx');
      const actual = await run(compiled);
      expected.forEach((e, i) => expectClose(actual[i]!, e, 1e-5));
    }
  });

  it('is recorded once for each combination of shapes and types, and remembers the last sixteen', async () => {
    const { compiled, recordings } = counted((x) => tf.add(x, 1));
    const call = (length: number) => numbers(compiled(tf.ones([length])));
    expect(await call(2)).toEqual([2, 2]);
    expect(await call(3)).toEqual([2, 2, 2]);
    expect(await call(2)).toEqual([2, 2]);
    expect(recordings.count).toBe(2);
    expect(await numbers(compiled(tf.ones([2], 'int32')))).toEqual([2, 2]);
    expect(recordings.count).toBe(3);
    for (let length = 4; length < 20; length++) await call(length);
    expect(recordings.count).toBe(19);
    await call(19);
    await call(5);
    expect(recordings.count).toBe(19);
    await call(2);
    expect(recordings.count).toBe(20);
  });

  it('lets go of what it captured when it forgets a program', async () => {
    const constant = tf.add(tf.ones([3]), 1);
    const compiled = compile((x: tf.Tensor) => tf.add(x, constant));
    for (let rows = 1; rows <= 40; rows++) compiled(tf.ones([rows, 3])).dispose();
    const held = (tf.backend() as Awaited<ReturnType<typeof useOnnx>>).heldBy(constant);
    expect(held.holders).toBe(1 + 16);
    expect(await numbers(constant)).toEqual([2, 2, 2]);
  });

  it('gives results that do not depend on the arguments any more', async () => {
    const compiled = compile((x: tf.Tensor) => [tf.reshape(x, [3]), tf.mul(x, 2)]);
    const x = tf.tensor2d([1, 2, 3], [1, 3]);
    const [same, twice] = compiled(x) as [tf.Tensor, tf.Tensor];
    x.dispose();
    const [other] = compiled(tf.tensor2d([7, 8, 9], [1, 3])) as [tf.Tensor];
    expect(await numbers(same)).toEqual([1, 2, 3]);
    expect(await numbers(twice)).toEqual([2, 4, 6]);
    expect(await numbers(other)).toEqual([7, 8, 9]);
  });

  it('may return its arguments, constants, captured tensors, and one tensor twice', async () => {
    const outside = tf.tensor1d([5]);
    const compiled = compile((x: tf.Tensor) => {
      const y = tf.mul(x, 3);
      return { x, outside, constant: tf.scalar(2), filled: tf.fill([2], 4), again: x, y, z: [y, tf.clone(y)] };
    });
    for (const value of [1, 10]) {
      const given = tf.tensor1d([value]);
      const r = compiled(given);
      given.dispose();
      const read = await Promise.all([r.x, r.outside, r.constant, r.filled, r.again, r.y, ...r.z].map(numbers));
      expect(read).toEqual([[value], [5], [2], [4, 4], [value], [3 * value], [3 * value], [3 * value]]);
      // each is a tensor of its own
      r.x.dispose();
      r.y.dispose();
      expect(await numbers(r.again)).toEqual([value]);
      expect(await numbers(r.z[0]!)).toEqual([3 * value]);
    }
  });

  it('may use a tensor for nothing, take none, and be given one twice', async () => {
    expect(await numbers(compile((_unused: tf.Tensor, x: tf.Tensor) => tf.neg(x))(tf.scalar(1), tf.scalar(2)))).toEqual(
      [-2],
    );
    expect(await numbers(compile(() => tf.add(tf.scalar(1), 1))())).toEqual([2]);
    const x = tf.scalar(3);
    expect(await numbers(compile((a: tf.Tensor, b: tf.Tensor) => tf.mul(a, b))(x, x))).toEqual([9]);
  });

  it('works inside another compiled function, and inside tidy', async () => {
    const inner = compile((x: tf.Tensor) => tf.tidy(() => tf.square(tf.add(x, 1))));
    const outer = compile((x: tf.Tensor) => tf.add(inner(x), inner(tf.neg(x))));
    const before = tf.memory().numTensors;
    const y = tf.tidy(() => outer(tf.tensor1d([2, 3])));
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(await numbers(y)).toEqual([10, 20]);
  });

  it('takes its place in what is still to be computed', async () => {
    const compiled = compile((x: tf.Tensor) => tf.mul(x, 2));
    const lazy = tf.add(tf.scalar(1), 1);
    expect(await numbers(tf.add(compiled(lazy), 1))).toEqual([5]);
  });

  it('is recorded anew when the engine starts again', async () => {
    const { compiled, recordings } = counted((x) => tf.add(x, 1));
    expect(await numbers(compiled(tf.scalar(1)))).toEqual([2]);
    await useOnnx(0);
    expect(await numbers(compiled(tf.scalar(2)))).toEqual([3]);
    expect(recordings.count).toBe(2);
  });
});

describe('tensors that it uses without being given them', () => {
  it('are kept as they were at the first call, though their owner disposes them', async () => {
    let rate = tf.add(tf.scalar(1), 1);
    const compiled = compile((x: tf.Tensor) => tf.mul(x, rate));
    expect(await numbers(compiled(tf.scalar(3)))).toEqual([6]);
    rate.dispose();
    for (let i = 0; i < 4; i++) await tf.add(tf.scalar(100), i).data();
    expect(await numbers(compiled(tf.scalar(4)))).toEqual([8]);
    rate = tf.scalar(5);
    expect(await numbers(compiled(tf.scalar(4)))).toEqual([8]);
  });

  it('are worked on once, at the first call', async () => {
    const w = tf.tensor1d([0, 1, 2]);
    const runs = vi.spyOn(Program.prototype, 'run');
    const compiled = compile((x: tf.Tensor) => [tf.mul(x, tf.add(w, 1)), tf.neg(w)]);
    const found = [2, 3].map((x) => compiled(tf.scalar(x)).map((t) => Array.from(t.dataSync())));
    expect(found).toEqual([
      [
        [2, 4, 6],
        [-0, -1, -2],
      ],
      [
        [3, 6, 9],
        [-0, -1, -2],
      ],
    ]);
    // w + 1 and −w, then two calls that have them
    expect(runs).toHaveBeenCalledTimes(3);
    runs.mockRestore();
  });

  it('may be variables, of which each call takes what they hold', async () => {
    const w = tf.variable(tf.scalar(2));
    const { compiled, recordings } = counted((x) => tf.add(tf.mul(x, w), tf.clone(w)));
    expect(await numbers(compiled(tf.scalar(3)))).toEqual([8]);
    w.assign(tf.scalar(4));
    expect(await numbers(compiled(tf.scalar(3)))).toEqual([16]);
    expect(recordings.count).toBe(1);
    w.dispose();
    expect(() => compiled(tf.scalar(3))).toThrow('has been disposed');
  });

  it('may be variables that gradients are taken of, between whose updates nothing is recorded', async () => {
    const w = tf.variable(tf.tensor1d([1, -2]));
    const { compiled, recordings } = counted(
      (x) => tf.variableGrads(() => tf.sum(tf.square(tf.mul(w, x))), [w]).grads[w.name]!,
    );
    for (let step = 0; step < 3; step++) {
      const before = await numbers(w);
      const g = compiled(tf.tensor1d([1, 2]));
      expect(await numbers(g)).toEqual([2 * before[0]!, 8 * before[1]!]);
      w.assign(tf.sub(w, tf.mul(g, 0.125)));
    }
    expect(await numbers(w)).toEqual([27 / 64, 0]);
    expect(recordings.count).toBe(1);
  });

  it('may hold the same numbers as a variable, and stay when that changes', async () => {
    const w = tf.variable(tf.scalar(2));
    const kept = tf.clone(w);
    const compiled = compile((x: tf.Tensor) => tf.add(tf.mul(x, w), kept));
    expect(await numbers(compiled(tf.scalar(3)))).toEqual([8]);
    w.assign(tf.scalar(10));
    expect(await numbers(compiled(tf.scalar(3)))).toEqual([32]);
  });
});

describe('what cannot be compiled is refused', () => {
  it('reading', () => {
    const call = () => compile((x: tf.Tensor) => tf.mul(x, x.dataSync()[0]!))(tf.scalar(1));
    expect(call).toThrow(DmdError);
    expect(call).toThrow('read inside a function given to `compile`');
  });

  it('an argument that has been disposed', () => {
    const x = tf.scalar(1);
    x.dispose();
    expect(() => compile((x: tf.Tensor) => tf.neg(x))(x)).toThrow('has been disposed');
  });

  it('and leaves the engine fit for the next function', async () => {
    const before = tf.memory().numTensors;
    const bad = compile((x: tf.Tensor) => {
      tf.mul(x, 2);
      throw new Error('mine');
    });
    expect(() => tf.tidy(() => bad(tf.scalar(1)))).toThrow('mine');
    expect(tf.memory().numTensors).toBe(before);
    expect(await numbers(compile((x: tf.Tensor) => tf.add(x, 1))(tf.scalar(1)))).toEqual([2]);
  });
});

describe('a training loop of 300 steps', () => {
  it('leaves tensors and memory as they were', async () => {
    const random = Random.fromSeed(3);
    type State = { w: tf.Tensor; m: tf.Tensor };
    const step = compile(({ w, m }: State, x: tf.Tensor) => {
      const { value, grad } = tf.valueAndGrad((w) => {
        const h = tf.relu(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'));
        return tf.mean(tf.square(tf.sub(tf.mean(h, [1, 2]), 1)));
      })(w);
      const next = tf.add(tf.mul(m, 0.9), tf.mul(grad, 0.1));
      return { state: { w: tf.sub(w, tf.mul(next, 0.1)), m: next }, loss: value };
    });
    let state: State = { w: tf.tensor4d(random.normal(9 * 16 * 16), [3, 3, 16, 16]), m: tf.zeros([3, 3, 16, 16]) };
    const losses: number[] = [];
    const train = async () => {
      const x = tf.tensor4d(random.normal(8 * 64 * 16), [8, 8, 8, 16]);
      const { state: next, loss } = step(state, x);
      tf.dispose([state.w, state.m, x]);
      state = next;
      losses.push((await loss.data())[0]!);
      loss.dispose();
    };
    const warm = await memoryAfter(100, train);
    const { numTensors } = tf.memory();
    const late = await memoryAfter(200, train);
    expect(tf.memory().numTensors).toBe(numTensors);
    expectFlat(warm, late);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
  });
});

describe('on an engine without compilation', () => {
  beforeEach(useReference);

  it('the function is called, and its garbage cleared', async () => {
    const compiled = compile((x: tf.Tensor) => tf.add(tf.mul(x, 2), 1));
    const x = tf.scalar(3);
    const before = tf.memory().numTensors;
    const y = compiled(x);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(await numbers(y)).toEqual([7]);
  });
});

/** Every lowered kernel against TensorFlow.js' cpu kernels, with and without the blocked layout. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnx, useReference, workingBlocks } from '../../../../test/engine/backends.ts';
import { type Contents, contentsOf, expectClose } from '../../../../test/engine/close.ts';
import { type Case, tensorOf } from '../../../../test/engine/kernels/case.ts';
import { elementwise } from '../../../../test/engine/kernels/elementwise.ts';
import { fusedKernels } from '../../../../test/engine/kernels/fused.ts';
import { indexing } from '../../../../test/engine/kernels/indexing.ts';
import { networks } from '../../../../test/engine/kernels/networks.ts';
import { rearranging, volumes } from '../../../../test/engine/kernels/rearranging.ts';
import { reductions } from '../../../../test/engine/kernels/reductions.ts';
import { shapes } from '../../../../test/engine/kernels/shapes.ts';
import { Random } from '../../../random.ts';
import { registerKernels } from './register.ts';
import { fallbackCounts, loweredKernels, resetFallbacks } from './registry.ts';

const families = {
  ...elementwise,
  ...reductions,
  ...shapes,
  ...rearranging,
  ...indexing,
  ...networks,
  ...fusedKernels,
  ...volumes,
};
/** Complex numbers and random draws have tests of their own. */
const TESTED_ELSEWHERE = ['Complex', 'ComplexAbs', 'Imag', 'Multinomial', 'Real'];

const all = Object.entries(families).flatMap(([kernel, cases]) =>
  cases.map((c, i) => ({ ...c, kernel, title: `${kernel}: ${c.name}`, seed: i })),
);

/** The outputs of a case, then its gradients. */
async function compute({ inputs, run, gradients, seed }: Case & { seed: number }): Promise<Contents[]> {
  const random = Random.fromSeed(seed);
  const tensors = tf.tidy(() => {
    const given = inputs.map((input) => tensorOf(input, input.values(random)));
    const outputs = (...t: tf.Tensor[]) => [run(...t)].flat();
    const computed = outputs(...given);
    if (!gradients) return computed;
    // every element of the outputs counts differently
    const total = (...t: tf.Tensor[]) =>
      tf.addN(outputs(...t).map((y) => tf.sum(tf.mul(y, tf.cos(tf.reshape(tf.range(1, y.size + 1), y.shape))))));
    return [...computed, ...tf.grads(total as () => tf.Scalar)(given)];
  });
  const contents = await Promise.all(tensors.map(contentsOf));
  tf.dispose(tensors);
  return contents;
}

const expected = new Map<string, Contents[]>();
const kernelsOf = new Map<string, string[]>();

beforeAll(async () => {
  await useReference();
  for (const c of all) {
    const { kernelNames } = await tf.profile(async () => {
      expected.set(c.title, await compute(c));
      return [];
    });
    kernelsOf.set(c.title, kernelNames);
  }
}, 60_000);

describe('the cases', () => {
  it('have titles of their own', () => {
    expect(new Set(all.map((c) => c.title)).size).toBe(all.length);
  });

  it('cover every lowered kernel, each under its name', () => {
    registerKernels();
    expect([...Object.keys(families), ...TESTED_ELSEWHERE].sort()).toEqual(loweredKernels());
    for (const { title, kernel } of all) expect(kernelsOf.get(title), title).toContain(kernel);
  });
});

describe.each(workingBlocks())('the onnx engine with blocks of %i channels computes', (block) => {
  beforeAll(async () => {
    await useOnnx(block);
    resetFallbacks();
  });

  it.each(all)('$title', async (c) => {
    const actual = await compute(c);
    expect(actual.length).toBe(expected.get(c.title)!.length);
    expected.get(c.title)!.forEach((e, i) => expectClose(actual[i]!, e, c.tolerance ?? 1e-5, `result ${i}`));
  });

  it('all of it without a fallback', () => {
    expect([...fallbackCounts()]).toEqual([]);
  });
});

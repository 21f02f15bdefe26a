/** A training step of a small U-Net: the same loss, gradients and weights as TensorFlow.js' cpu kernels compute. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnx, useReference, workingBlocks } from '../../../test/engine/backends.ts';
import { type Contents, contentsOf } from '../../../test/engine/close.ts';
import { levelTensors } from '../../diffusion/schedule.ts';
import { unet } from '../../networks/unet.ts';
import { Random } from '../../random.ts';
import { compile } from '../compile.ts';
import { fallbackCounts, resetFallbacks } from '../record/kernels/registry.ts';

const network = unet({ imageShape: [8, 8, 1], channels: [16, 32], blocks: [1, 1], embeddingWidth: 16, classes: 3 });

/** The loss, and gradients and new weights by name. */
function trainingStep(params: Record<string, tf.Tensor>, x: tf.Tensor, noise: tf.Tensor, labels: tf.Tensor1D) {
  const names = Object.keys(params);
  const level = levelTensors([0.5, 2].map((sigma) => ({ time: sigma, alpha: 1, sigma })));
  const loss = (...weights: tf.Tensor[]): tf.Scalar => {
    const named = Object.fromEntries(names.map((name, i) => [name, weights[i]!]));
    return tf.mean(tf.squaredDifference(network.denoise(named, tf.add(x, noise), level, labels), x));
  };
  const { value, grads } = tf.valueAndGrads(loss)(Object.values(params));
  return { loss: value, ...Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}

async function results(step: typeof trainingStep): Promise<Record<string, Contents>> {
  const random = Random.fromSeed(1);
  const normal = (shape: number[], scale = 1) =>
    tf.tensor(
      random.normal(shape.reduce((a, b) => a * b, 1)).map((v) => v * scale),
      shape,
    );
  // Weights none of which is zero, so that every gradient is alive
  const params = Object.fromEntries(
    Object.entries(network.init(random)).map(([name, p]) => [name, tf.add(p, normal(p.shape, 0.1))]),
  );
  const out = step(params, normal([2, 8, 8, 1]), normal([2, 8, 8, 1]), tf.tensor1d([0, 3], 'int32'));
  return Object.fromEntries(
    await Promise.all(Object.entries(out).map(async ([name, t]) => [name, await contentsOf(t)])),
  );
}

let expected: Record<string, Contents>;
beforeAll(async () => {
  await useReference();
  expected = await results(trainingStep);
}, 60_000);

describe.each(workingBlocks())('with blocks of %i channels', (block) => {
  it.each([
    ['compiled', compile(trainingStep)],
    ['not compiled', trainingStep],
  ])('a step that is %s', async (_, step) => {
    await useOnnx(block);
    resetFallbacks();
    const actual = await results(step);
    expect([...fallbackCounts()]).toEqual([]);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, { shape, values }] of Object.entries(expected)) {
      expect(actual[name]!.shape).toEqual(shape);
      const size = Math.max(...values.map(Math.abs));
      const off = Math.max(...values.map((v, i) => Math.abs(v - actual[name]!.values[i]!)));
      // a bias of the keys has no gradient but rounding
      expect(off, name).toBeLessThan(2e-4 * size + 1e-6);
    }
  });
});

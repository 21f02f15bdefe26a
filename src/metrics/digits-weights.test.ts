import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../data/open.ts';
import { startEngine } from '../engine/start.ts';
import { loadWeights } from '../networks/weights.ts';
import { classify } from './classifier.ts';
import { DigitsMeasure, digitsOf } from './digits.ts';
import { classifierAccuracy } from './train-classifier.ts';

const bundled = 'weights/digits-classifier.safetensors';
const mnist = '../shared/data/mnist';

describe.skipIf(!existsSync(mnist))(`the bundled measure (skipped without ${mnist})`, () => {
  it('is at least 99 % right on the MNIST test set, and finds that set at no distance', async () => {
    await startEngine();
    const test = await openDataset(mnist, { split: 'test' });
    const { params } = await loadWeights(bundled);
    expect(await classifierAccuracy(params, test)).toBeGreaterThan(0.99);
    tf.dispose(params);

    const measure = await DigitsMeasure.load(bundled);
    const report = await measure.evaluate(digitsOf(test));
    expect(report.frechet).toBeLessThan(1e-3);
    expect(report.confidence).toBeGreaterThan(0.99);
    for (const share of report.classShares) expect(share).toBeGreaterThan(0.08);

    const train = await openDataset(mnist, { split: 'train' });
    const real = await measure.evaluate(digitsOf(train, 2_000));
    const dark = await measure.evaluate([
      digitsOf(train, 250)
        .next()
        .value!.map((value: number) => value / 2 - 0.5),
    ]);
    expect(real.frechet).toBeGreaterThan(0.5);
    expect(real.frechet).toBeLessThan(5);
    expect(dark.frechet).toBeGreaterThan(10 * real.frechet);
    measure.dispose();
  });

  it('sees the same on the reference backend as on ONNX Runtime', async () => {
    const test = await openDataset(mnist, { split: 'test' });
    const { images } = test.batch([0, 1, 2, 3]);
    const features: Float32Array[] = [];
    for (const engine of ['onnx', 'cpu'] as const) {
      await startEngine({ engine });
      const { params } = await loadWeights(bundled);
      features.push((await classify(params, tf.tensor4d(images, [4, 28, 28, 1])).features.data()) as Float32Array);
    }
    features[1]!.forEach((value, i) => expect(features[0]![i]).toBeCloseTo(value, 3));
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImageDataset } from '../data/dataset.ts';
import { startEngine } from '../engine/start.ts';
import { classifierAccuracy, crossEntropy, shifted, trainClassifier } from './train-classifier.ts';

// the reference backend would take minutes
beforeAll(() => startEngine({ threads: 1 }));

/** Zeros: a box; ones: a bar. */
function boxesAndBars(count: number): ImageDataset {
  const pixels = new Uint8Array(count * 784);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++)
    for (let y = 8; y < 20; y++)
      for (let x = 8; x < 20; x++)
        if (labels[i] === 0 ? y < 10 || y >= 18 || x < 10 || x >= 18 : x >= 13 && x < 15)
          pixels[i * 784 + y * 28 + x] = 255;
  return new ImageDataset({ name: 'boxes and bars', shape: [28, 28, 1], pixels, labels, classes: 2 });
}

describe('crossEntropy', () => {
  it('is the mean of −log softmax at the target, for logits of any size', async () => {
    const loss = crossEntropy(
      tf.tensor2d([
        [0, Math.log(3)],
        [1000, 0],
      ]),
      tf.tensor2d([
        [1, 0],
        [1, 0],
      ]),
    );
    expect((await loss.data())[0]).toBeCloseTo(Math.log(4) / 2, 5);
  });
});

describe('shifted', () => {
  it('moves right and down, left and up, and fills with background', () => {
    const image = Float32Array.from([1, 2, 3, 4, 5, 6]);
    expect([...shifted(image, [2, 3], 1, 1)]).toEqual([-1, -1, -1, -1, 1, 2]);
    expect([...shifted(image, [2, 3], -1, 0)]).toEqual([2, 3, -1, 5, 6, -1]);
    expect([...shifted(image, [2, 3], 0, -2)]).toEqual(Array<number>(6).fill(-1));
  });
});

describe('trainClassifier', () => {
  it('learns to tell boxes from bars, leaks no tensor, and repeats itself', async () => {
    const data = boxesAndBars(16);
    const before = tf.memory().numTensors;
    const options = { epochs: 4, batchSize: 8, seed: 3 };
    const losses: number[] = [];
    const tensors: number[] = [];
    const params = await trainClassifier(data, {
      ...options,
      onStep: ({ step, steps, loss }) => {
        expect(steps).toBe(8);
        expect(step).toBe(losses.push(loss));
        tensors.push(tf.memory().numTensors);
      },
    });
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses[7]).toBeLessThan(losses[0]! / 2);
    expect(new Set(tensors).size).toBe(1);
    expect(await classifierAccuracy(params, data, 12)).toBe(1);
    expect(tf.memory().numTensors - before).toBe(Object.keys(params).length);

    const again: number[] = [];
    const same = await trainClassifier(data, { ...options, onStep: ({ loss }) => again.push(loss) });
    expect(again).toEqual(losses);
    tf.dispose([params, same]);
  });

  it('refuses other images, too few of them, and a diverging loss', async () => {
    const coloured = new ImageDataset({ name: 'x', shape: [28, 28, 3], pixels: new Uint8Array(784 * 3), classes: 0 });
    await expect(trainClassifier(coloured)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/`x` has images of `28×28×3` in `0` classes/),
    });
    await expect(trainClassifier(boxesAndBars(4))).rejects.toThrow(/`4` images, fewer than a batch of 64/);
    const before = tf.memory().numTensors;
    const diverging = trainClassifier(boxesAndBars(8), { epochs: 4, batchSize: 4, learningRate: 1e12 });
    await expect(diverging).rejects.toThrow(/loss is `(NaN|Infinity)` at step \d+; lower the learning rate/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageDataset } from '../data/dataset.ts';
import { startEngine } from '../engine/start.ts';
import { saveWeights } from '../networks/weights.ts';
import { Random } from '../random.ts';
import { initClassifier } from './classifier.ts';
import { digitsOf, DigitsMeasure, featureStatistics } from './digits.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dmd-digits-'));
  await startEngine({ threads: 1 });
});
afterAll(() => rm(directory, { recursive: true }));

const noise = (seed: number, count: number) => Random.fromSeed(seed).normal(count * 784);

async function untrained(reference: Float32Array): Promise<DigitsMeasure> {
  const classifier = initClassifier(Random.fromSeed(1));
  return new DigitsMeasure(classifier, await featureStatistics(classifier, [reference]));
}

describe('DigitsMeasure', () => {
  it('finds no distance between images and themselves, however they are portioned', async () => {
    const images = noise(2, 300);
    const measure = await untrained(images);
    const looked: number[] = [];
    const report = await measure.evaluate([images.subarray(0, 7 * 784), images.subarray(7 * 784)], (n) =>
      looked.push(n),
    );
    expect(report.frechet).toBeLessThan(1e-4);
    expect(looked).toEqual([7, 257, 300]);
    expect(report.samples).toBe(300);
    expect(report.classShares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(report.confidence).toBeGreaterThan(0.1);
    expect(report.confidence).toBeLessThan(1);

    const shifted = await measure.evaluate([images.map((value) => value + 1)]);
    expect(shifted.frechet).toBeGreaterThan(100 * report.frechet);
    measure.dispose();
  });

  it('reports the shares and the confidence of what the classifier sees', async () => {
    const classifier = initClassifier(Random.fromSeed(1));
    // deaf to the image: always digit 3 with probability e / (e + 9)
    const logits = Float32Array.from({ length: 10 }, (_, digit) => (digit === 3 ? 1 : 0));
    const { 'logits.weight': weight, 'logits.bias': bias, ...rest } = classifier;
    const deaf = { ...rest, 'logits.weight': tf.zerosLike(weight!), 'logits.bias': tf.tensor1d(logits) };
    tf.dispose([weight!, bias!]);
    const measure = new DigitsMeasure(deaf, await featureStatistics(deaf, [noise(3, 4)]));
    const { classShares, confidence } = await measure.evaluate([noise(4, 5)]);
    expect(classShares).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(confidence).toBeCloseTo(Math.E / (Math.E + 9), 5);
    measure.dispose();
  });

  it('is the same after saving and loading, and leaks no tensor', async () => {
    const before = tf.memory().numTensors;
    const path = join(directory, 'measure.safetensors');
    const measure = await untrained(noise(5, 40));
    await measure.save(path);
    const loaded = await DigitsMeasure.load(path);
    const [expected, report] = [await measure.evaluate([noise(6, 30)]), await loaded.evaluate([noise(6, 30)])];
    expect(report.frechet).toBeCloseTo(expected.frechet, 3);
    expect(report).toMatchObject({ classShares: expected.classShares, confidence: expected.confidence });
    measure.dispose();
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses files that hold something else', async () => {
    const path = join(directory, 'other.safetensors');
    const classifier = initClassifier(Random.fromSeed(1));
    await saveWeights(path, classifier);
    const before = tf.memory().numTensors;
    await expect(DigitsMeasure.load(path)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/other\.safetensors` is no measure of digits: `reference\.mean` is `missing`/),
    });
    const mean = tf.zeros([32]);
    await saveWeights(path, { ...classifier, 'reference.mean': mean });
    mean.dispose();
    await expect(DigitsMeasure.load(path)).rejects.toThrow(/`reference\.mean` is `\[32\]` where \[64\] belongs/);
    expect(tf.memory().numTensors).toBe(before);
    await expect(DigitsMeasure.load(join(directory, 'none'))).rejects.toMatchObject({ kind: 'usage' });
    tf.dispose(classifier);
  });

  it('says so when images are not finite, too few, or no images', async () => {
    const measure = await untrained(noise(7, 10));
    const broken = noise(8, 3);
    broken[1000] = Number.NaN;
    await expect(measure.evaluate([broken])).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(/not finite/),
    });
    await expect(measure.evaluate([])).rejects.toThrow(/at least 2 samples, not `0`/);
    await expect(measure.evaluate([new Float32Array(100)])).rejects.toThrow(/internal: 100 numbers/);
    measure.dispose();
  });
});

describe('digitsOf', () => {
  it('goes through the first images once', () => {
    const pixels = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
    const data = new ImageDataset({ name: 'x', shape: [1, 1, 1], pixels, classes: 0 });
    const portions = [...digitsOf(data, 260)];
    expect(portions.map((portion) => portion.length)).toEqual([250, 10]);
    expect(portions[1]![0]).toBeCloseTo(250 / 127.5 - 1, 6);
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImageDataset } from '../data/dataset.ts';
import { startEngine } from '../engine/start.ts';
import { unet } from '../networks/unet.ts';
import { Random } from '../random.ts';
import { denoisingLoss, learningRateAt, startTeacherTraining, trainTeacher } from './train.ts';
import type { TeacherTrainingReport, TeacherTrainingState } from './train.ts';

beforeAll(async () => {
  await startEngine({ engine: 'onnx', threads: 1 });
});

/** Light upper halves and light left halves, 4×4. */
const halves = new ImageDataset({
  name: 'halves',
  shape: [4, 4, 1],
  classes: 2,
  pixels: Uint8Array.from({ length: 32 }, (_, i) => ((i < 16 ? i < 8 : i % 4 < 2) ? 230 : 20)),
  labels: Uint8Array.of(0, 1),
});
const tiny = (classes: number) =>
  unet({ imageShape: [4, 4, 1], channels: [8], blocks: [1], groups: 2, embeddingWidth: 8, classes });
const options = { batchSize: 8, learningRate: 5e-3, warmupSteps: 5, reportEvery: 10 };

const values = async (state: TeacherTrainingState) =>
  Promise.all([state.params, state.optimiser.v, state.average].flatMap((p) => Object.values(p).map((t) => t.data())));

describe('training a teacher', () => {
  it('lowers the loss', async () => {
    const reports: TeacherTrainingReport[] = [];
    const before = tf.memory().numTensors;
    const state = await trainTeacher(
      tiny(2),
      halves,
      { ...options, reportEvery: 50, steps: 250 },
      { onReport: (r) => reports.push(r) },
    );
    expect(reports.map((r) => r.step)).toEqual([50, 100, 150, 200, 250]);
    expect(reports.at(-1)!.loss).toBeLessThan(0.5 * reports[0]!.loss);
    tf.dispose(state as never);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('goes on after an interruption as if there had been none', async () => {
    const whole = await trainTeacher(tiny(2), halves, { ...options, steps: 8, seed: 3 });
    const stop = new AbortController();
    const part = await trainTeacher(
      tiny(2),
      halves,
      { ...options, steps: 8, seed: 3, reportEvery: 3 },
      { onReport: () => stop.abort(), signal: stop.signal },
    );
    expect(part.step).toBe(3);
    const resumed = await trainTeacher(tiny(2), halves, { ...options, steps: 8 }, {}, part);
    expect(resumed.step).toBe(8);
    expect(await values(resumed)).toEqual(await values(whole));
    expect(resumed.random).toEqual(whole.random);
  });

  it('fails at a loss that is not finite, naming its step, and leaves no tensors', async () => {
    const before = tf.memory().numTensors;
    const state = startTeacherTraining(tiny(0));
    const bias = state.params['conv_out.bias']!;
    state.params['conv_out.bias'] = tf.tensor1d([NaN]);
    bias.dispose();
    await expect(trainTeacher(tiny(0), halves, { ...options, steps: 20 }, {}, state)).rejects.toThrow(
      'loss became `NaN` and its gradient norm `NaN` at step 1; lower',
    );
    expect(tf.memory().numTensors).toBe(before);

    // images that break at one step alone, in the midst of what is read together
    const drawn = { batches: 0 };
    const spoilt = Object.assign(Object.create(halves) as ImageDataset, {
      batch: (indices: readonly number[]) => {
        const { images, labels } = halves.batch(indices);
        return { images: ++drawn.batches === 7 ? images.fill(NaN) : images, labels };
      },
    });
    const training = trainTeacher(tiny(0), spoilt, { ...options, steps: 20 });
    await expect(training).rejects.toThrow('at step 7; lower the learning rate (0.00478)');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses images and classes that are not the network’s', async () => {
    const wide = unet({ imageShape: [8, 4, 1], channels: [8], blocks: [1] });
    await expect(trainTeacher(wide, halves, { steps: 1 })).rejects.toThrow('`4×4×1` and the network');
    await expect(trainTeacher(tiny(3), halves, { steps: 1 })).rejects.toThrow('`2` classes and the network 3');
  });
});

it('the loss of a network that starts at c_skip x is that of its closed form', async () => {
  const network = tiny(0);
  const [sigma, sigmaData] = [0.7, 0.5];
  const eps = tf.tensor(Random.fromSeed(1).normal(16), [1, 4, 4, 1], 'float32');
  const x = tf.tensor(Random.fromSeed(2).normal(16), [1, 4, 4, 1], 'float32');
  const batch = { x, eps, sigma: tf.tensor1d([sigma]) };
  const loss = await denoisingLoss(network, network.init(Random.fromSeed(0)), batch, sigmaData).data();
  const [clean, noise] = [await x.data(), await eps.data()];
  const cSkip = sigmaData ** 2 / (sigma ** 2 + sigmaData ** 2);
  const squares = Array.from(clean, (v, i) => (cSkip * (v + sigma * noise[i]!) - v) ** 2);
  const mean = squares.reduce((a, b) => a + b) / 16;
  expect(loss[0]).toBeCloseTo((mean * (sigma ** 2 + sigmaData ** 2)) / (sigma * sigmaData) ** 2, 4);
});

it('the learning rate rises, then falls along a cosine', () => {
  const cosine = { steps: 110, warmupSteps: 10, learningRate: 2 };
  expect([1, 10, 60, 110].map((step) => learningRateAt(step, cosine))).toEqual([0.2, 2, 1, 0]);
  expect(learningRateAt(110, { ...cosine, decay: 'constant' })).toBe(2);
});

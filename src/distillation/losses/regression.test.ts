import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startEngine } from '../../engine/start.ts';
import { regressionLoss } from './regression.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const x = () => tf.tensor4d([1, 2, 3, 4, 0, 0, 0, 0], [2, 2, 2, 1]);
const y = () => tf.tensor4d([1, 2, 3, 8, 0, 0, 0, 0], [2, 2, 2, 1]);

test('l2 is the mean of squares, over the batch too', async () => {
  expect((await regressionLoss('l2', x(), y()).data())[0]).toBeCloseTo(16 / 8, 6);
});

test('pseudo-Huber is the distance itself far away, per sample, and is smooth at zero', async () => {
  // the samples are 4 and 0 apart: over √4 elements, 2 and 0
  expect((await regressionLoss('pseudo-huber', x(), y()).data())[0]).toBeCloseTo((2 - 0.00054) / 2, 5);
  const gradient = await tf
    .grad((x: tf.Tensor) => regressionLoss('pseudo-huber', x, y()))(x())
    .data();
  expect([...gradient].every(Number.isFinite)).toBe(true);
  // ∂/∂x of √(‖x − y‖² / D), halved by the mean over two samples: (x − y) / (2 √D ‖x − y‖)
  expect(gradient[3]).toBeCloseTo(-1 / 4, 4);
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { edmSchedule } from './edm.ts';
import { addNoise } from './forward.ts';
import { muFrom, predictionFromMu, scoreFromMu, type PredictionKind } from './predictions.ts';
import { levelTensors, type NoiseLevel } from './schedule.ts';
import { vpSchedule } from './vp.ts';

const x0 = [0.5, -1, 0.25, 2];
const eps = [-0.3, 1.2, 0.8, -2];
const cases: [string, NoiseLevel[]][] = [
  ['VP', [vpSchedule().level(20), vpSchedule().level(600)]],
  ['EDM', [edmSchedule().levelAt(0.3), edmSchedule().levelAt(5)]],
];

/** The definition of every kind of prediction, for one number at one level. */
const definition: Record<PredictionKind, (x: number, e: number, level: NoiseLevel) => number> = {
  x0: (x) => x,
  epsilon: (_x, e) => e,
  v: (x, e, { alpha, sigma }) => alpha * e - sigma * x,
  score: (_x, e, { sigma }) => -e / sigma, // ∇ log N(x_t; α x₀, σ²) = −(x_t − α x₀) / σ²
};
const kinds = Object.keys(definition) as PredictionKind[];

describe.each(cases)('the forward process and predictions, %s', (_family, levels) => {
  beforeAll(() => startEngine({ engine: 'cpu' }));

  const levelOf = (i: number) => levels[i < 2 ? 0 : 1]!; // two samples of two coordinates
  const ofKind = (kind: PredictionKind) =>
    tf.tensor2d(
      x0.map((x, i) => definition[kind](x, eps[i]!, levelOf(i))),
      [2, 2],
    );
  const noisy = () => addNoise(tf.tensor2d(x0, [2, 2]), tf.tensor2d(eps, [2, 2]), levelTensors(levels));
  const expectClose = async (actual: tf.Tensor, expected: ArrayLike<number>, relative: number) => {
    expect(actual.shape).toEqual([2, 2]);
    (await actual.data()).forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(relative * (1 + Math.abs(expected[i]!)));
    });
  };

  it('adds α x + σ ε per sample', async () => {
    const expected = x0.map((x, i) => levelOf(i).alpha * x + levelOf(i).sigma * eps[i]!);
    await expectClose(noisy(), expected, 1e-6);
  });

  it.each(kinds)('converts %s to every kind', async (from) => {
    const [x_t, level] = [noisy(), levelTensors(levels)];
    const mu = muFrom(from, ofKind(from), x_t, level);
    await expectClose(mu, x0, 1e-5);
    for (const to of kinds) await expectClose(predictionFromMu(to, mu, x_t, level), await ofKind(to).data(), 1e-4);
  });

  it('leaks no tensor', () => {
    const [mu, x_t, level] = [ofKind('x0'), noisy(), levelTensors(levels)];
    const before = tf.memory().numTensors;
    for (const kind of kinds) {
      muFrom(kind, mu, x_t, level).dispose();
      predictionFromMu(kind, mu, x_t, level).dispose();
    }
    scoreFromMu(mu, x_t, level).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

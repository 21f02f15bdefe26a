/** Classes drawn by their probabilities: as often as they should be, the same for the same seed, and never inside `compile`. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnx } from '../../../../test/engine/backends.ts';
import { compile } from '../../compile.ts';

beforeAll(() => useOnnx(0));

const probabilities = [
  [0.2, 0.5, 0.3],
  [0, 0.1, 0.9],
];

const draw = async (samples: number, seed?: number, normalized = true) => {
  const given = normalized ? tf.tensor2d(probabilities) : tf.log(tf.add(tf.tensor2d(probabilities), 1e-9));
  return (await tf.multinomial(given as tf.Tensor2D, samples, seed, normalized).array()) as number[][];
};

describe('multinomial', () => {
  it.each([true, false])('draws each class as often as its probability says (normalised: %s)', async (normalized) => {
    const samples = 20_000;
    const drawn = await draw(samples, 3, normalized);
    drawn.forEach((row, batch) =>
      probabilities[batch]!.forEach((p, k) => {
        const share = row.filter((c) => c === k).length / samples;
        // five standard deviations
        expect(Math.abs(share - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / samples));
      }),
    );
  });

  it('draws the same for the same seed, and others for another', async () => {
    const first = await draw(50, 7);
    expect(await draw(50, 7)).toEqual(first);
    expect(await draw(50, 8)).not.toEqual(first);
  });

  it('leaves no tensors', () => {
    const given = tf.tensor2d(probabilities);
    const before = tf.backend().numDataIds();
    tf.tidy(() => void tf.multinomial(given, 3, 1, true));
    expect(tf.backend().numDataIds()).toBe(before);
  });

  it('is refused inside compile', () => {
    const call = () =>
      compile((p: tf.Tensor) => tf.multinomial(p as tf.Tensor2D, 3, 1, true))(tf.tensor2d(probabilities));
    expect(call).toThrow('draws classes with `tf.multinomial`');
  });
});

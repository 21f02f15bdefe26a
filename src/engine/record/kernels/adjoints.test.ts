/** Gradients of linear kernels that TensorFlow.js' cpu backend gets wrong, held to ⟨L x, w⟩ = ⟨x, Lᵀ w⟩. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnx, workingBlocks } from '../../../../test/engine/backends.ts';
import { Random } from '../../../random.ts';

const PADDED = [
  { window: 2, strides: 2, pad: 'same', shape: [2, 5, 7] },
  { window: 3, strides: 1, pad: 'same', shape: [2, 5, 5] },
  { window: 3, strides: 2, pad: 1, shape: [2, 6, 6] },
] as const;

const RESIZED: { size: [number, number]; align: boolean; half: boolean }[] = [
  { size: [7, 5], align: false, half: false },
  { size: [3, 2], align: true, half: false },
  { size: [9, 4], align: false, half: true },
];

type Linear = [string, (x: tf.Tensor4D) => tf.Tensor4D, [number, number, number, number]];

const linear: Linear[] = [16, 3].flatMap((channels) => [
  ...PADDED.map(({ window, strides, pad, shape }): Linear => [
    `averages over ${window}x${window}, strides ${strides}, padding ${pad}, ${channels} channels`,
    (x) => tf.avgPool(x, window, strides, pad, pad === 1 ? 'floor' : undefined),
    [...shape, channels],
  ]),
  ...[2, 3].map((scale): Linear => [
    `enlarges three images ${scale} times, ${channels} channels`,
    (x) => tf.image.resizeNearestNeighbor(x, [4 * scale, 3 * scale]),
    [3, 4, 3, channels],
  ]),
  ...[tf.image.resizeNearestNeighbor, tf.image.resizeBilinear].flatMap((resize) =>
    RESIZED.map(({ size, align, half }): Linear => [
      `resizes with ${resize.name} to ${size.join('x')}, corners ${align}, centres ${half}, ${channels} channels`,
      (x) => resize(x, size, align, half),
      [2, 4, 3, channels],
    ]),
  ),
  [
    `averages volumes with padding, ${channels} channels`,
    (x): tf.Tensor4D => tf.avgPool3d(tf.reshape(x, [1, 2, 4, 3, channels]) as tf.Tensor5D, 3, 2, 1, 'floor') as never,
    [2, 4, 3, channels],
  ] satisfies Linear,
]);

describe.each(workingBlocks())('with blocks of %i channels, the gradient of what', (block) => {
  beforeAll(() => useOnnx(block));

  it.each(linear)('%s is its adjoint', async (_, L, shape) => {
    const random = Random.fromSeed(1);
    const normal = (s: number[]) => tf.tensor(random.normal(s.reduce((a, b) => a * b)), s);
    const w = normal(tf.tidy(() => L(tf.zeros(shape))).shape);
    const dual = tf.grad((x) => tf.sum(tf.mul(L(x as tf.Tensor4D), w)))(tf.zeros(shape));
    // each draw of x tests one combination of all elements
    for (let draw = 0; draw < 4; draw++) {
      const x = normal(shape) as tf.Tensor4D;
      const [left] = await tf.sum(tf.mul(L(x), w)).data();
      const [right] = await tf.sum(tf.mul(x, dual)).data();
      expect(Math.abs(left! - right!)).toBeLessThan(1e-4 * (1 + Math.abs(left!)));
    }
  });
});

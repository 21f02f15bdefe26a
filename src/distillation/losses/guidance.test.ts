import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { epsFromMu } from '../../diffusion/predictions.ts';
import { levelTensors } from '../../diffusion/schedule.ts';
import { vpSchedule } from '../../diffusion/vp.ts';
import { startEngine } from '../../engine/start.ts';
import { guide } from './guidance.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

/** Answers each class with a number of its own, and no class (label 3) with another. */
const teacher = {
  name: 'three-classes',
  classes: 3,
  denoise: (_params: object, x_t: tf.Tensor, _level: object, labels?: tf.Tensor1D) =>
    tf.mul(tf.onesLike(x_t), tf.reshape(tf.gather(tf.tensor1d([0.1, 0.2, 0.3, -0.4]), labels!), [-1, 1])),
};

test('guidance is ε_u + s (ε_c − ε_u)', async () => {
  const level = levelTensors([vpSchedule().level(300), vpSchedule().level(700)]);
  const x_t = tf.tensor2d([0.3, -1, 2, 0.7], [2, 2]);
  const ask = (labels: number[]) => teacher.denoise({}, x_t, level, tf.tensor1d(labels, 'int32'));
  const labels = tf.tensor1d([2, 0], 'int32');
  const [eps_c, eps_u] = [epsFromMu(ask([2, 0]), x_t, level), epsFromMu(ask([3, 3]), x_t, level)];
  const expected = await tf.add(eps_u, tf.mul(3, tf.sub(eps_c, eps_u))).data();
  const actual = await epsFromMu(guide(teacher, 3)({}, x_t, level, labels), x_t, level).data();
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
});

test('a scale of 1 asks the teacher once, and a teacher without classes has none other', () => {
  let asked = 0;
  const counting = { ...teacher, denoise: (_p: object, x_t: tf.Tensor) => (asked++, tf.clone(x_t)) };
  guide(counting, 1)({}, tf.zeros([1, 2]), levelTensors([vpSchedule().level(1)]));
  expect(asked).toBe(1);
  expect(() => guide({ ...teacher, name: 'ring', classes: 0 }, 2)).toThrow(
    /`2` needs a teacher with classes, and `ring`/,
  );
});

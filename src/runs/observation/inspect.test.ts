import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../../diffusion/edm.ts';
import { nearestLevel } from '../../diffusion/schedule.ts';
import { vpSchedule } from '../../diffusion/vp.ts';
import { startEngine } from '../../engine/start.ts';
import { mixtureScore } from '../../teachers/mixture.ts';
import { mixturePreset } from '../../teachers/mixture-presets.ts';
import type { TensorPayload } from '../contract.ts';
import { histogram } from './histogram.ts';
import { inspectRun } from './inspect.ts';
import { smallRun } from './small-run-fixture.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const values = ({ base64 }: TensorPayload) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);

test('samples by number, wherever they stand in the question, with all that Algorithm 1 makes of them', async () => {
  const run = await smallRun({ probeSamples: 2 });
  const { progress } = run.distiller.state();
  const before = tf.memory().numTensors;
  const reply = await inspectRun(run, { type: 'inspect', samples: [9999, 0, 7], t: 1 });
  const [alone] = [await inspectRun(run, { type: 'inspect', samples: [7], t: 1 })];
  expect(tf.memory().numTensors).toBe(before);
  expect(run.distiller.state().progress).toEqual(progress);
  expect(reply).toMatchObject({ samples: [9999, 0, 7], labels: undefined, layer: undefined });
  const level = nearestLevel(run.teacher.schedule, 1);
  expect([reply.t, reply.sigma]).toEqual([level.time, level.sigma]);
  const { x, eps, x_t, s_real, s_fake, gradient, z } = reply.tensors;
  expect(z.shape).toEqual([3, 2]);
  expect(values(z).subarray(4)).toEqual(values(alone.tensors.z));
  expect(values(eps).subarray(4)).toEqual(values(alone.tensors.eps));
  values(x).subarray(4).forEach((value, i) => expect(value).toBeCloseTo(values(alone.tensors.x)[i]!, 5)); // prettier-ignore
  values(x_t).forEach((value, i) => expect(value).toBeCloseTo(values(x)[i]! + level.sigma * values(eps)[i]!, 4));
  const levels = { time: tf.fill([3], level.time), alpha: tf.ones([3]), sigma: tf.fill([3], level.sigma) };
  const score = await mixtureScore(mixturePreset('two-modes').mixture, tf.tensor2d(values(x_t), [3, 2]), levels as never).data(); // prettier-ignore
  values(s_real).forEach((value, i) => expect(value).toBeCloseTo(score[i]!, 3));
  // Eq. 7 with α = 1
  values(gradient).forEach((value, i) =>
    expect(value).toBeCloseTo(reply.weight[Math.floor(i / 2)]! * (values(s_fake)[i]! - values(s_real)[i]!), 3),
  );
});

test('a layer’s weights and gradients are counted whole; another’s name is refused with those like it', async () => {
  const run = await smallRun();
  const { layer } = await inspectRun(run, { type: 'inspect', samples: [0], t: 1, layer: 'layers.0.linear1' });
  const total = ({ counts }: { counts: readonly number[] }) => counts.reduce((sum, count) => sum + count, 0);
  expect(layer!.name).toBe('layers.0.linear1');
  for (const part of ['weights', 'matching', 'regression', 'fake'] as const) {
    expect(total(layer![part]!)).toBe(72);
    expect(layer![part]!.counts).toHaveLength(60);
  }
  const { norms } = run.distiller.gradients();
  const index = run.distiller.layers.generator.indexOf('layers.0.linear1');
  for (const loss of ['matching', 'regression', 'fake'] as const)
    expect(layer![loss]!.norm).toBeCloseTo((await norms[loss]!.data())[index]!, 5);
  await expect(inspectRun(run, { type: 'inspect', samples: [0], t: 1, layer: 'layer.0.linear' })).rejects.toMatchObject(
    { exitCode: 2, message: expect.stringMatching(/no layer `layer.0.linear`.*`layers.0.linear1`/) as unknown },
  );
  const exact = await smallRun({ fakeScore: 'exact', lambdaReg: 0 });
  const affine = (await inspectRun(exact, { type: 'inspect', samples: [0], t: 1, layer: 'weight' })).layer!;
  expect([affine.weights.counts.length, affine.regression, affine.fake]).toEqual([60, undefined, undefined]);
});

test('a run that matches nothing has no scores to inspect', async () => {
  const run = await smallRun({ lambdaDm: 0 });
  await expect(inspectRun(run, { type: 'inspect', samples: [0], t: 1 })).rejects.toThrow('lambdaDm `0`');
});

test('a noise level is taken as the schedule’s nearest', () => {
  const edm = edmSchedule();
  expect(nearestLevel(edm, 0)).toEqual(edm.level(0));
  expect(nearestLevel(edm, 1e9)).toEqual(edm.level(999));
  const { time } = edm.level(500);
  expect(nearestLevel(edm, time * 1.0001)).toEqual(edm.level(500));
  expect(nearestLevel(vpSchedule(), 12.4).time).toBe(12);
});

test('a histogram counts every number once, in bins of equal width', () => {
  const numbers = Array.from({ length: 600 }, (_, i) => i / 10);
  const { from, to, counts, norm } = histogram(numbers);
  expect([from, to]).toEqual([0, 59.9]);
  expect(counts).toEqual(Array(60).fill(10));
  expect(norm).toBeCloseTo(Math.hypot(...numbers), 6);
  expect(histogram([2, 2, 2])).toMatchObject({ from: 1.5, to: 2.5, norm: Math.sqrt(12) });
  expect(histogram([2, 2, 2]).counts[30]).toBe(3);
  expect(histogram([]).counts).toEqual(Array(60).fill(0));
});

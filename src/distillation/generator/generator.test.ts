import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { edmSchedule } from '../../diffusion/edm.ts';
import type { NoiseSchedule } from '../../diffusion/schedule.ts';
import { vpSchedule } from '../../diffusion/vp.ts';
import { startEngine } from '../../engine/start.ts';
import type { DenoiserNetwork } from '../../networks/denoiser.ts';
import { conditioningLevel } from './conditioning.ts';
import { denoiserGenerator } from './generator.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

/** Shows what it was asked: x_t + time. */
const echo = (schedule: NoiseSchedule): DenoiserNetwork => ({
  sampleShape: [2],
  classes: 0,
  schedule,
  architecture: { kind: 'echo', options: {} },
  init: () => ({}),
  denoise: (_params, x_t, { time }) => tf.add(x_t, tf.reshape(time, [-1, 1])),
});

const drawn = async (schedule: NoiseSchedule, timestep?: number) => {
  const generator = denoiserGenerator(echo(schedule), conditioningLevel(schedule, timestep));
  return [...(await generator.generate({}, tf.tensor2d([1, -2], [1, 2])).data())];
};

test("EDM's generator is D(σ_c z; σ_c), at σ_max unless told", async () => {
  expect(await drawn(edmSchedule(), 2.5)).toEqual([2.5 + 2.5, -5 + 2.5]);
  const [first, second] = await drawn(edmSchedule());
  expect(first).toBeCloseTo(160, 3);
  expect(second).toBeCloseTo(-80, 3);
});

test("DDPM's generator is μ(z, t_c) of unscaled noise, in the middle unless told", async () => {
  expect(await drawn(vpSchedule(), 399)).toEqual([400, 397]);
  expect(await drawn(vpSchedule())).toEqual([501, 498]);
});

test('a timestep that the teacher does not have is refused', () => {
  expect(() => conditioningLevel(vpSchedule(), 1000)).toThrow(/`1000`/);
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { edmSchedule } from '../diffusion/edm.ts';
import { gaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { vpSchedule } from '../diffusion/vp.ts';
import { startEngine } from '../engine/start.ts';
import { DmdError } from '../errors.ts';
import { mixtureTeacher } from '../teachers/mixture.ts';
import { heun } from './heun.ts';
import { modelAt, type ModelAt } from './sampler.ts';

describe('heun', () => {
  beforeAll(() => startEngine({ engine: 'cpu' }));

  const [m, s] = [0.3, 0.5];
  const schedule = edmSchedule();
  const zs = [-2, -0.7, 0.1, 1.5];
  const z = () => tf.tensor2d(zs, [4, 1]);
  // D = m + s² / (s² + σ²) (x − m)
  const gaussian: ModelAt = (x_t, { sigma }) =>
    tf.tidy(() => tf.add(tf.mul(tf.sub(x_t, m), s ** 2 / (s ** 2 + sigma ** 2)), m));

  async function largestError(steps: number): Promise<number> {
    const x = await heun().sample(gaussian, z(), schedule, { steps }).data();
    // the exact flow from σ_max z to σ = 0
    return Math.max(...zs.map((z, i) => Math.abs(x[i]! - (m + ((80 * z - m) * s) / Math.sqrt(s ** 2 + 80 ** 2)))));
  }

  it('follows the flow of a Gaussian with an error of second order', async () => {
    const errors = [await largestError(16), await largestError(32), await largestError(64)];
    expect(errors[2]).toBeLessThan(5e-3);
    for (const i of [0, 1]) {
      expect(errors[i]! / errors[i + 1]!).toBeGreaterThan(3.5);
      expect(errors[i]! / errors[i + 1]!).toBeLessThan(4.8);
    }
  });

  it('asks the model as often as it says, and reports every step', () => {
    const sampler = heun();
    for (const steps of [1, 2, 18]) {
      let asked = 0;
      const reported: number[] = [];
      const counting: ModelAt = (x_t, level) => (asked++, gaussian(x_t, level));
      sampler.sample(counting, z(), schedule, { steps, onStep: (step) => reported.push(step) });
      expect(asked).toBe(sampler.nfe(steps));
      expect(asked).toBe(2 * steps - 1);
      expect(reported).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    }
  });

  it('takes the teacher through modelAt, and leaves no tensor behind', async () => {
    const teacher = mixtureTeacher('one', gaussianMixture({ means: [[m]], covariance: s ** 2 }), schedule);
    const noise = z();
    const before = tf.memory().numTensors;
    const model = modelAt((x_t, level) => teacher.denoise({}, x_t, level));
    const x = heun().sample(model, noise, schedule, { steps: 8 });
    expect(tf.memory().numTensors).toBe(before + 1);
    const expected = await heun().sample(gaussian, noise, schedule, { steps: 8 }).data();
    (await x.data()).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });

  it('refuses a DDPM teacher and a number of steps that is none', () => {
    expect(() => heun().sample(gaussian, z(), vpSchedule(), { steps: 8 })).toThrow(DmdError);
    expect(() => heun().sample(gaussian, z(), schedule, { steps: 0 })).toThrow('not `0`');
  });
});

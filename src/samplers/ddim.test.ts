import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { edmSchedule } from '../diffusion/edm.ts';
import { muFrom } from '../diffusion/predictions.ts';
import { levelTensors } from '../diffusion/schedule.ts';
import { alphaBarsOf, linearBetas, vpSchedule } from '../diffusion/vp.ts';
import { startEngine } from '../engine/start.ts';
import { DmdError } from '../errors.ts';
import { ddim } from './ddim.ts';
import { modelAt, type ModelAt } from './sampler.ts';

const golden = '../shared/golden/schedulers.json';
interface Loop {
  scheduler: string;
  steps: number;
  betaStart?: number;
  setAlphaToOne: boolean;
  sumAbs: number;
  meanAbs: number;
}
const loops = existsSync(golden)
  ? (JSON.parse(readFileSync(golden, 'utf8')).loops as Loop[]).filter(({ scheduler }) => scheduler === 'DDIM')
  : [];

beforeAll(() => startEngine({ engine: 'cpu' }));

describe('ddim', () => {
  it.skipIf(loops.length === 0)(`has the three loops of ${golden}`, () => expect(loops).toHaveLength(3));

  it.each(loops)('meets diffusers: betas from $betaStart, setAlphaToOne $setAlphaToOne', async (loop) => {
    // arange(768) / 768 as [3, 8, 8, 4], its last axis moved to the front
    const start = tf.transpose(tf.reshape(tf.div(tf.range(0, 768), 768), [3, 8, 8, 4]), [3, 0, 1, 2]);
    const schedule = vpSchedule(alphaBarsOf(linearBetas(1000, loop.betaStart)));
    const model = modelAt((x_t, level) => {
      const t = level.time.dataSync()[0]!;
      return muFrom('epsilon', tf.mul(x_t, t / (t + 1)), x_t, level);
    });
    const sampler = ddim({ spacing: 'leading', clipSample: true, setAlphaToOne: loop.setAlphaToOne });
    const x = Array.from(await sampler.sample(model, start, schedule, { steps: loop.steps }).data());
    const sumAbs = x.reduce((sum, value) => sum + Math.abs(value), 0);
    // diffusers' own tests allow 1e-2 and 1e-3
    expect(Math.abs(sumAbs - loop.sumAbs)).toBeLessThan(1e-3);
    expect(Math.abs(sumAbs / 768 - loop.meanAbs)).toBeLessThan(6e-5);
  });

  it('visits every T/steps-th level: trailing from the noisiest, leading to the least noisy', () => {
    const visitedTimes = (spacing: 'trailing' | 'leading', steps: number) => {
      const times: number[] = [];
      const model: ModelAt = (x_t, { time }) => (times.push(time), tf.zerosLike(x_t));
      ddim({ spacing }).sample(model, tf.zeros([1, 1]), vpSchedule(undefined, 1), { steps });
      return times;
    };
    expect(visitedTimes('trailing', 50)).toEqual(Array.from({ length: 50 }, (_, i) => 1000 - 20 * i));
    expect(visitedTimes('leading', 50)).toEqual(Array.from({ length: 50 }, (_, i) => 981 - 20 * i));
    const uneven = visitedTimes('trailing', 7);
    expect(uneven).toHaveLength(7);
    expect(uneven[0]).toBe(1000);
    expect(uneven.at(-1)).toBe(143);
  });

  it.each([
    ['VP', vpSchedule()],
    ['EDM', edmSchedule()],
  ])('comes closer to the flow of a Gaussian as steps double, to first order: %s', async (_family, schedule) => {
    const [m, s, z] = [0.3, 0.5, 1.2];
    const gaussian = modelAt((x_t, { alpha, sigma }) =>
      tf.tidy(() => {
        // μ = m + α s² / (α² s² + σ²) (x_t − α m)
        const variance = tf.add(tf.mul(tf.square(alpha), s ** 2), tf.square(sigma));
        const gain = tf.reshape(tf.div(tf.mul(alpha, s ** 2), variance), [-1, 1]);
        return tf.add(tf.mul(gain, tf.sub(x_t, tf.mul(tf.reshape(alpha, [-1, 1]), m))), m);
      }),
    );
    const { alpha, sigma } = schedule.level(schedule.size - 1);
    const start = schedule.family === 'edm' ? sigma * z : z;
    // the flow keeps (x_t − α m) / √(α² s² + σ²), here from the noisiest level to α = 1, σ = 0
    const exact = m + (s * (start - alpha * m)) / Math.sqrt(alpha ** 2 * s ** 2 + sigma ** 2);
    const errors: number[] = [];
    for (const steps of [25, 50, 100]) {
      const x = await ddim()
        .sample(gaussian, tf.tensor2d([[z]]), schedule, { steps })
        .data();
      errors.push(Math.abs(x[0]! - exact));
    }
    expect(errors[2]).toBeLessThan(0.03);
    for (const i of [0, 1]) {
      expect(errors[i]! / errors[i + 1]!).toBeGreaterThan(1.7);
      expect(errors[i]! / errors[i + 1]!).toBeLessThan(2.3);
    }
  });

  it('leaves no tensor behind, and the noise to its owner', () => {
    const z = tf.ones([2, 1]);
    const before = tf.memory().numTensors;
    const sampler = ddim();
    let asked = 0;
    const model: ModelAt = (x_t) => (asked++, tf.zerosLike(x_t));
    sampler.sample(model, z, vpSchedule(), { steps: 10 }).dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(z.isDisposed).toBe(false);
    expect(asked).toBe(sampler.nfe(10));
  });

  it('refuses more steps than the teacher has levels', () => {
    const model = modelAt((x_t, level) => muFrom('x0', x_t, x_t, level));
    for (const steps of [0, 1.5, 1001]) {
      expect(() => ddim().sample(model, tf.zeros([1, 1]), vpSchedule(), { steps })).toThrow(DmdError);
    }
    expect(() => levelTensors([vpSchedule().levelAt(1000)])).toThrow('from 0 to 999');
  });
});

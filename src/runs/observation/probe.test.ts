import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { levelTensors } from '../../diffusion/schedule.ts';
import { startEngine } from '../../engine/start.ts';
import { decodeSafetensors } from '../../networks/safetensors.ts';
import { mixturePreset } from '../../teachers/mixture-presets.ts';
import { tellLayers } from './layers.ts';
import { tellProbe } from './probe.ts';
import { smallRun, type SmallRun } from './small-run-fixture.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const probesOf = ({ run, events }: SmallRun) =>
  events.flatMap((event) =>
    event.type === 'probe'
      ? [{ event, ...decodeSafetensors(readFileSync(run.file(event.tensors)), event.tensors) }]
      : [],
  );

test('a probe holds both scores at every level, and its numbers are those of its tensors', async () => {
  const run = await smallRun({ probeSamples: 5, probeLevels: [0, 0.3, 1] });
  await tellProbe({ ...run, iteration: 100 });
  const [{ event, tensors }] = probesOf(run) as [ReturnType<typeof probesOf>[number]];
  const { schedule } = run.teacher;
  const levels = [0, 300, 999].map((index) => schedule.level(index));
  expect(event).toMatchObject({ iteration: 100, tensors: 'probes/00000100.safetensors' });
  expect(event.t).toEqual(levels.map(({ time }) => time));
  expect(event.sigma).toEqual(levels.map(({ sigma }) => sigma));
  expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
    z: [5, 2],
    x: [5, 2],
    ...Object.fromEntries(
      ['x_t', 'mu_real', 'mu_fake', 'difference', 'gradient'].map((name) => [name, [3, 5, 2]]),
    ),
  }); // prettier-ignore

  const at = (name: string, level: number) => tensors.get(name)!.values.subarray(10 * level, 10 * (level + 1));
  for (const [i, level] of levels.entries()) {
    // the exact teacher's closed form on the same x_t
    const x_t = tf.tensor2d(at('x_t', i), [5, 2]);
    const mu = await mixturePreset('two-modes').denoise({}, x_t, levelTensors(Array(5).fill(level))).data(); // prettier-ignore
    at('mu_real', i).forEach((value, j) => expect(value).toBeCloseTo(mu[j]!, 4));
    at('difference', i).forEach((value, j) => expect(value).toBe(Math.fround(at('mu_fake', i)[j]! - at('mu_real', i)[j]!))); // prettier-ignore
    const rms = Math.sqrt(at('difference', i).reduce((sum, v) => sum + v * v, 0) / 10);
    expect(event.differenceRms[i]! / rms).toBeCloseTo(1, 3);
    // every level sees the same ε
    const eps = Array.from(at('x_t', i), (value, j) => (value - tensors.get('x')!.values[j]!) / level.sigma);
    const first = Array.from(at('x_t', 2), (value, j) => (value - tensors.get('x')!.values[j]!) / levels[2]!.sigma);
    if (i > 0) eps.forEach((value, j) => expect(value).toBeCloseTo(first[j]!, 3));
  }
});

test('a sample’s noise depends on the seed and its number alone, not on how many there are or when', async () => {
  const few = await smallRun({ probeSamples: 3, probeLevels: [0.5] });
  const many = await smallRun({ probeSamples: 300, probeLevels: [0.5] });
  const other = await smallRun({ probeSamples: 3, probeLevels: [0.5], seed: 1 });
  for (const run of [few, many, other]) await tellProbe(run);
  await few.distiller.step();
  await tellProbe({ ...few, iteration: 1 });
  const z = [...probesOf(few), ...probesOf(many), ...probesOf(other)].map(({ tensors }) => tensors.get('z')!.values);
  expect(z[1]).toEqual(z[0]);
  expect(z[2]!.length).toBe(600);
  expect(z[2]!.subarray(0, 6)).toEqual(z[0]);
  expect(z[3]).not.toEqual(z[0]);
  // portions of 256, the last filled up: each sample has its own noise
  expect(new Set(z[2]).size).toBe(600);
  const x = probesOf(few).map(({ tensors }) => tensors.get('x')!.values);
  expect(x[1]).not.toEqual(x[0]);
});

test('a run without distribution matching has no probe, one without a fake score has one', async () => {
  const regression = await smallRun({ lambdaDm: 0 });
  await tellProbe(regression);
  expect(probesOf(regression)).toEqual([]);
  for (const fakeScore of ['none', 'exact'] as const) {
    const run = await smallRun({ fakeScore, lambdaReg: 0, probeSamples: 4 });
    await tellProbe(run);
    expect(
      probesOf(run)[0]!.event.differenceRms.every((value) => value > 0),
      fakeScore,
    ).toBe(true);
  }
});

test('layers are told in the order of the networks, by the losses that are followed', async () => {
  const run = await smallRun({ gradientClip: 1e6, warmup: { regressionSteps: 1 } });
  await tellLayers(run);
  await run.distiller.step();
  await tellLayers({ ...run, iteration: 1 });
  const { gradientNorm, fakeGradientNorm } = await run.distiller.step();
  const [warmUp, matching] = run.events.flatMap((event) => (event.type === 'layers' ? [event] : []));
  expect(warmUp).toMatchObject({ iteration: 0, matching: undefined, fake: undefined });
  const { layers } = run.distiller;
  expect(warmUp!.regression).toHaveLength(layers.generator.length);
  expect(matching!.matching).toHaveLength(layers.generator.length);
  expect(Math.hypot(...matching!.fake!) / fakeGradientNorm!).toBeCloseTo(1, 2);
  // the norm of a sum is at most the sum of the norms, and at least their difference
  const [dm, reg] = [Math.hypot(...matching!.matching!), Math.hypot(...matching!.regression!)];
  expect(gradientNorm!).toBeLessThan(1.001 * (dm + reg));
  expect(gradientNorm!).toBeGreaterThan(0.999 * Math.abs(dm - reg));

  const exact = await smallRun({ fakeScore: 'exact', lambdaReg: 0 });
  await tellLayers(exact);
  const told = exact.events.find((event) => event.type === 'layers');
  expect(told).toMatchObject({ regression: undefined, fake: undefined });
  expect(told).toHaveProperty('matching.length', 2);
});

import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { beforeAll, expect, test } from 'vitest';
import { heun } from '../../samplers/heun.ts';
import { modelAt } from '../../samplers/sampler.ts';
import { Config } from '../../distillation/config.ts';
import { Distiller } from '../../distillation/distiller.ts';
import { startEngine } from '../../engine/start.ts';
import { unet } from '../../networks/unet.ts';
import { Random } from '../../random.ts';
import { tellSamples, tellTeacherSamples } from './samples.ts';
import { smallRun } from './small-run-fixture.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

/** z of the run's fixed samples, which probes and `inspect` know by the same numbers. */
const noiseOf = (seed: number, count: number, size: number): Float32Array =>
  Float32Array.from(
    Array.from({ length: count }, (_, i) => [...Random.fromSeed(seed).fork(`fixed sample ${i}`).normal(size)]).flat(),
  );

const samplesOf = ({ events }: Awaited<ReturnType<typeof smallRun>>) =>
  events.flatMap((event) => (event.type === 'samples' ? [event] : []));

test('points of the plane stand in the event to four digits, and as dots in a picture', async () => {
  const run = await smallRun({ ema: 0 });
  await tellSamples(run);
  const [event] = samplesOf(run);
  expect(event).toMatchObject({ of: 'oneStep', iteration: 0, image: 'images/samples-00000000.png', count: 1000 });
  expect(event!.points).toHaveLength(500);
  const z = tf.tensor2d(noiseOf(run.config.seed, 250, 2), [250, 2]);
  const x = await run.distiller.generate(z).data();
  event!.points!.slice(0, 250).flat().forEach((value, i) => {
    expect(Math.abs(value - x[i]!)).toBeLessThanOrEqual(5e-4 * Math.max(1, Math.abs(x[i]!)));
    expect(Number(value.toPrecision(4))).toBe(value);
  }); // prettier-ignore
  const { width, height, data } = PNG.sync.read(readFileSync(run.run.file(event!.image!)));
  expect([width, height]).toEqual([384, 384]);
  expect(new Set(data).size).toBeGreaterThan(3);
});

test('the teacher’s samples come from the noise of the generator’s', async () => {
  const run = await smallRun({ samplerSteps: 4 });
  await tellTeacherSamples(run);
  await tellSamples(run);
  const [teacher, oneStep] = samplesOf(run);
  expect([teacher!.of, teacher!.image, oneStep!.of]).toEqual(['teacher', 'images/teacher.png', 'oneStep']);
  const z = tf.tensor2d(noiseOf(run.config.seed, 250, 2), [250, 2]);
  const model = modelAt((x_t, level) => run.teacher.denoise({}, x_t, level));
  const y = await heun().sample(model, z, run.teacher.schedule, { steps: 4 }).data();
  teacher!.points!.slice(0, 250).flat().forEach((value, i) => expect(Math.abs(value - y[i]!)).toBeLessThan(2e-3)); // prettier-ignore
});

test('images are a grid without gaps, whose every cell is one sample', async () => {
  const network = unet({ imageShape: [4, 4, 1], channels: [8], blocks: [1], groups: 2, embeddingWidth: 8, classes: 2 });
  const student = { network, params: network.init(Random.fromSeed(1)) };
  const { schedule, sampleShape, classes } = network;
  const run = await smallRun({ lambdaReg: 0 });
  const config = Config.parse({ teacher: 'x', lambdaReg: 0 });
  const teacher = { ...run.teacher, ...student, schedule, sampleShape, classes, denoise: network.denoise, student };
  const distiller = Distiller.create({ config, teacher });
  await tellSamples({ ...run, config, teacher, distiller });
  const [event] = samplesOf(run);
  expect(event).toMatchObject({ count: 16, columns: 2, scale: 2, points: undefined });
  const { width, height, data } = PNG.sync.read(readFileSync(run.run.file(event!.image!)));
  expect([width, height]).toEqual([16, 64]);
  const z = tf.tensor(noiseOf(config.seed, 16, 16), [16, 4, 4, 1]);
  const x = await distiller.generate(z).data();
  const pixel = (sample: number, row: number, column: number) => {
    const [top, left] = [8 * Math.floor(sample / 2) + 2 * row, 8 * (sample % 2) + 2 * column];
    return data[4 * (top * width + left)]!;
  };
  for (const [sample, row, column] of [
    [0, 0, 0],
    [3, 1, 2],
    [15, 3, 3],
  ] as const)
    // prettier-ignore
    expect(pixel(sample, row, column) / 127.5 - 1).toBeCloseTo(
      Math.max(-1, Math.min(1, x[16 * sample + 4 * row + column]!)),
      1,
    );
});

test('what cannot be written is warned of once and told without its picture', async () => {
  const run = await smallRun();
  writeFileSync(run.run.file('images'), 'in the way');
  await tellSamples(run);
  await tellSamples({ ...run, iteration: 1 });
  const told = samplesOf(run);
  expect(told.map(({ image }) => image)).toEqual([undefined, undefined]);
  expect(told[1]!.points).toHaveLength(500);
  const warnings = run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('The training goes on');
});

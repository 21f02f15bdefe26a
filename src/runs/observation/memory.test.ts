import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startEngine } from '../../engine/start.ts';
import { inspectRun } from './inspect.ts';
import { tellLayers } from './layers.ts';
import { tellProbe } from './probe.ts';
import { tellSamples } from './samples.ts';
import { smallRun } from './small-run-fixture.ts';

beforeAll(() => startEngine({ engine: 'onnx', threads: 1 }));

test('live tensors stay as many over steps that are all told of, and the steps are those of a run that is not', async () => {
  const input = { ema: 0.9, probeSamples: 4, warmup: { regressionSteps: 2, fakeSteps: 2 } };
  const run = await smallRun(input);
  const untold = await smallRun(input);
  const live = new Set<number>();
  for (run.iteration = 1; run.iteration <= 60; run.iteration++) {
    const report = await run.distiller.step();
    await tellSamples(run);
    await tellProbe(run);
    await tellLayers(run);
    if (run.iteration % 20 === 0) await inspectRun(run, { type: 'inspect', samples: [1], t: 1, layer: 'linear_in' });
    live.add(tf.memory().numTensors);
    if (run.iteration <= 10) expect(report).toEqual(await untold.distiller.step());
  }
  expect(live.size).toBe(1);
  const told = ['samples', 'probe', 'layers'].map((type) => run.events.filter((event) => event.type === type).length);
  expect(told).toEqual([60, 60, 60]);
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Config, type ConfigInput } from '../../distillation/config.ts';
import { runModel } from '../../engine/run-model.ts';
import { startEngine } from '../../engine/start.ts';
import { saveNetwork } from '../../networks/build.ts';
import { mlp } from '../../networks/mlp.ts';
import { unet } from '../../networks/unet.ts';
import { Random } from '../../random.ts';
import type { RunEvent } from '../contract.ts';
import { readStatus } from '../directory/status.ts';
import { readEvents } from '../events/event-reader.ts';
import { findGenerator } from '../generator/find-generator.ts';
import { loadGenerator } from '../generator/generator-file.ts';
import { distillRun, type DistillRunOptions } from './distill-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-distill-'));
const cacheBefore = process.env['XDG_CACHE_HOME'];
let runs = 0;

/** Teachers that know nothing, in files: the smallest that a run can begin from. */
beforeAll(async () => {
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  await startEngine({ engine: 'onnx', threads: 1 });
  const digits = unet({ channels: [8, 8], blocks: [1, 1], classes: 10, embeddingWidth: 16 });
  const points = mlp({ width: 16, layers: 1 });
  for (const [name, network] of Object.entries({ digits, points })) {
    const params = network.init(Random.fromSeed(0));
    await saveNetwork(join(folder, `${name}.safetensors`), network, params);
    tf.dispose(params);
  }
});
afterAll(() => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  rmSync(folder, { recursive: true });
});

async function start(teacher: 'digits' | 'points', input: ConfigInput, options: Partial<DistillRunOptions> = {}) {
  const out = join(folder, `run-${runs++}`);
  const config = Config.parse({
    teacher: join(folder, `${teacher}.safetensors`),
    batchSize: 4,
    pairs: 8,
    samplerSteps: 2,
    evaluationSamples: 200,
    threads: 1,
    ...input,
  });
  const result = await distillRun({ config, out, ...options }).then(
    (summary) => ({ summary, error: undefined }),
    (error: unknown) => ({ summary: undefined, error: error as Error }),
  );
  const events: RunEvent[] = [];
  for await (const event of readEvents(join(out, 'events.jsonl'))) events.push(event);
  return { out, config, events, ...result };
}

const typesOf = (events: readonly RunEvent[]) => new Set(events.map((event) => event.type));

describe('a distillation as a run', () => {
  it('leaves pictures, curves, the generator in both forms, and its figures', async () => {
    const tasks = new Set<string>();
    const { out, events, summary, error } = await start(
      'digits',
      {
        steps: 3,
        warmup: { regressionSteps: 2, fakeSteps: 1 },
        samplesEvery: 2,
        checkpointEvery: 2,
        evaluateEvery: 2,
        ema: 0.9,
      },
      { onProgress: ({ task }) => tasks.add(task) },
    );
    expect(error).toBeUndefined();
    expect(summary).toMatchObject({
      run: out,
      teacher: 'digits',
      state: 'finished',
      steps: 3,
      engine: 'onnx',
      samples: 200,
    });
    expect(summary!.frechet!.start).toBeGreaterThan(0);
    expect(summary!.frechet!.teacher).toBeGreaterThan(0);
    expect(summary!.frechet!.oneStep).toBeGreaterThan(0);
    for (const key of ['secondsPerStep', 'speedup', 'imagesPerSecond', 'lossDm', 'lossFake', 'lossReg'] as const)
      expect(summary![key], key).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(summary)));
    expect(await readStatus(out)).toMatchObject({ state: 'finished', step: 3, steps: 3, iteration: 6, iterations: 6 });

    for (const name of [
      'samples.png',
      'curves.png',
      'images/teacher.png',
      'images/samples-00000002.png',
      'images/samples-00000006.png',
    ]) {
      const { width, data } = PNG.sync.read(readFileSync(join(out, name)));
      expect(width, name).toBeGreaterThan(100);
      expect(new Set(data).size, name).toBeGreaterThan(2);
    }
    expect(existsSync(join(out, 'checkpoints', 'step-00000005', 'state.json'))).toBe(true);
    expect(existsSync(join(out, 'checkpoints', 'step-00000006', 'state.safetensors'))).toBe(true);

    const steps = events.filter((event) => event.type === 'step');
    expect(steps.map(({ phase, step }) => `${phase} ${step}`)).toEqual([
      'regression 1',
      'regression 2',
      'fake-score 1',
      'matching 1',
      'matching 2',
      'matching 3',
    ]);
    const states = events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
    expect(states.filter((state) => state !== 'evaluating')).toEqual(
      expect.arrayContaining(['starting', 'warming-up', 'running', 'finished']),
    );
    expect(typesOf(events)).toEqual(
      new Set([
        'started',
        'step',
        'samples',
        'probe',
        'nearest',
        'layers',
        'checkpoint',
        'evaluation',
        'state',
        'finished',
      ]),
    );
    expect(tasks).toEqual(
      new Set([
        "the teacher's samples",
        'evaluation',
        'warm-up of the generator',
        'warm-up of the fake score',
        'distribution matching',
      ]),
    );
  });

  it('leaves a generator that draws the same from either file', async () => {
    const { out, summary } = await start('points', { steps: 2, learningRate: 0.01, samplesEvery: 0 });
    expect(summary).toMatchObject({ state: 'finished' });
    const { generator, params, metadata } = await loadGenerator(await findGenerator(out));
    expect(metadata).toMatchObject({ teacher: 'points', conditioningTimestep: '80' });
    const noise = Random.fromSeed(1).normal(10);
    const x = await generator.generate(params, tf.tensor2d(noise, [5, 2])).data();
    const onnx = await runModel(
      readFileSync(join(out, 'generator.onnx')),
      { noise: { type: 'float32', shape: [5, 2], data: noise } },
      'point',
    );
    x.forEach((value, i) => expect(onnx[i]).toBeCloseTo(value, 4));
    expect(await findGenerator(join(out, 'checkpoints', 'step-00000002'))).toContain('step-00000002');
    await expect(findGenerator(folder)).rejects.toThrow('holds no generator.safetensors');
  });

  it('stops at the next step when it is told to, with a checkpoint and without a verdict', async () => {
    const controller = new AbortController();
    const { out, summary } = await start(
      'points',
      { steps: 1000, samplesEvery: 0 },
      {
        signal: controller.signal,
        onProgress: ({ task, done }) => {
          if (task === 'distribution matching' && done === 3) controller.abort();
        },
      },
    );
    expect(summary).toMatchObject({ state: 'stopped', steps: 3, speedup: null });
    expect(await readStatus(out)).toMatchObject({ state: 'stopped', step: 3 });
    expect(existsSync(join(out, 'checkpoints', 'step-00000003', 'generator.safetensors'))).toBe(true);
    expect(existsSync(join(out, 'samples.png'))).toBe(false);
  });

  it('stops before its first step too', async () => {
    const controller = new AbortController();
    const { out, error } = await start(
      'points',
      { steps: 1000 },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    // the first shard of pairs is made before it is asked again
    expect(error === controller.signal.reason || error === undefined).toBe(true);
    expect(await readStatus(out)).toMatchObject({ state: 'stopped', step: 0 });
  });

  it('that diverges says when and in what, and keeps the weights from before', async () => {
    const { out, events, error } = await start('points', {
      steps: 1000,
      learningRate: 1e30,
      weightDecay: 0,
      samplesEvery: 0,
    });
    expect(error).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/diverged at matching step \d+: \w+ is `/) as unknown,
    });
    const failed = events.find((event) => event.type === 'failed');
    expect(failed).toMatchObject({ message: error!.message });
    expect(await readStatus(out)).toMatchObject({ state: 'failed', message: error!.message });
    const { params } = await loadGenerator(await findGenerator(out));
    for (const [name, tensor] of Object.entries(params))
      expect((await tensor.data()).every(Number.isFinite), name).toBe(true);
    expect(existsSync(join(out, 'curves.png'))).toBe(true);
  });

  it.each<[string, ConfigInput, string]>([
    [
      'a teacher that does not exist',
      { teacher: '/nowhere.safetensors' },
      'There is no teacher `/nowhere.safetensors`',
    ],
    ['labels of a teacher without classes', { labels: [3] }, 'has no classes'],
  ])('leaves no directory behind for %s', async (_name, input, message) => {
    const { out, error } = await start('points', input);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) as unknown });
    expect(existsSync(out)).toBe(false);
  });
});

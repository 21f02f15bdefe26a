import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Config } from '../../distillation/config.ts';
import { startEngine } from '../../engine/start.ts';
import { saveNetwork } from '../../networks/build.ts';
import { mlp } from '../../networks/mlp.ts';
import { Random } from '../../random.ts';
import type { ControlMessage, RunEvent } from '../contract.ts';
import { DistillationRun } from './distillation-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-run-'));
const teacher = join(folder, 'points.safetensors');
let runs = 0;

beforeAll(async () => {
  await startEngine({ engine: 'onnx', threads: 1 });
  const network = mlp({ width: 16, layers: 1 });
  const params = network.init(Random.fromSeed(0));
  await saveNetwork(teacher, network, params);
  tf.dispose(params);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function create(steps: number) {
  const config = Config.parse({ teacher, steps, batchSize: 4, lambdaReg: 0, evaluationSamples: 10, threads: 1 });
  const run = await DistillationRun.create({ config, out: join(folder, `run-${runs++}`) });
  const events: RunEvent[] = [];
  run.directory.onEvent((event) => events.push(event));
  return { run, events };
}

describe('a run', () => {
  it('does what a message asks at the next step boundary, however busy its loop is', async () => {
    const { run } = await create(40);
    const messages: ControlMessage[] = [
      { type: 'checkpoint' },
      { type: 'inspect', samples: [0], t: 1 },
      { type: 'stepGenerator' },
      { type: 'stepFake' },
      { type: 'pause' },
      { type: 'resume' },
      { type: 'setSlow', milliseconds: 0 },
    ];
    const answered: Promise<[string, number]>[] = [];
    run.directory.onEvent((event) => {
      if (event.type !== 'step' || event.by !== undefined || event.iteration % 5 !== 0) return;
      const message = messages.shift();
      if (!message) return;
      // told in the middle of the iteration
      const late = run
        .handle(message)
        .then((reply): [string, number] => [message.type, reply.iteration - event.iteration]);
      answered.push(late);
      if (message.type === 'pause') void late.then(() => run.handle({ type: 'resume' }));
    });
    await run.run();
    expect(await Promise.all(answered)).toEqual(
      ['checkpoint', 'inspect', 'stepGenerator', 'stepFake', 'pause', 'resume', 'setSlow'].map((type) => [type, 0]),
    );
  });

  it('is stepped by hand as by its own loop, and closed with a checkpoint', async () => {
    const { run, events } = await create(10);
    for (let i = 0; i < 3; i++) await run.step();
    await run.handle({ type: 'step' });
    expect(run.place).toEqual({ state: 'running', iteration: 4, step: 4 });
    expect((await run.step()).step).toBe(5);
    await run.close();
    expect(run.state).toBe('stopped');
    expect(events.filter(({ type }) => type === 'checkpoint')).toHaveLength(1);
    await expect(run.step()).rejects.toThrow(/has ended; it is `stopped`/);
    await expect(run.handle({ type: 'pause' })).rejects.toThrow(/has ended/);
    await run.close();
  });

  it('is paused after an evaluation during which it was paused', async () => {
    const config = Config.parse({ teacher: 'two-modes', steps: 2, batchSize: 4, lambdaReg: 0, evaluationSamples: 10 });
    const run = await DistillationRun.create({ config, out: join(folder, `run-${runs++}`) });
    await run.step();
    run.directory.onEvent((event) => {
      if (event.type === 'state' && event.state === 'evaluating') run.pause();
    });
    await run.evaluate();
    expect(run.state).toBe('paused');
    run.resume();
    expect(run.state).toBe('running');
    await run.close();
  });

  it('takes no step between a pause and what comes after it', async () => {
    const { run, events } = await create(30);
    run.directory.onEvent((event) => {
      if (event.type !== 'step' || event.iteration !== 5) return;
      void run.handle({ type: 'pause' }).then(() => setTimeout(() => void run.handle({ type: 'stop' }), 200));
    });
    expect(await run.run()).toMatchObject({ state: 'stopped', steps: 5 });
    expect(events.filter(({ type }) => type === 'step')).toHaveLength(5);
  });

  it('ends a slow wait when it is told another pace', async () => {
    const { run } = await create(3);
    await run.step();
    run.setSlow(60_000);
    const step = run.step();
    await run.handle({ type: 'setSlow', milliseconds: 0 });
    expect((await step).step).toBe(2);
    await run.close();
  });

  it('lets a message stop a run that waits', async () => {
    const { run } = await create(10);
    await run.step();
    run.pause();
    const waiting = run.run();
    await run.handle({ type: 'stop' });
    expect(await waiting).toMatchObject({ state: 'stopped', steps: 1 });
    expect(run.state).toBe('stopped');
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const { run } = await create(5);
    await run.run();
    expect(tf.memory().numTensors).toBe(before);
  });
});

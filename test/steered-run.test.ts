/**
 * A live run, steered from a second process: this one.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ControlMessage, RunEvent } from '../src/runs/contract.ts';
import { connectRun, type RunConnection } from '../src/runs/control/client.ts';
import { readStatus } from '../src/runs/directory/status.ts';
import { cli, commandInFolder, distil } from './command.ts';
import { anyMessages } from './control-messages.ts';

const { folder, points } = commandInFolder();
let runs = 0;
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A run of many steps in a process of its own, connected to. */
async function liveRun(...settings: string[]) {
  const out = join(folder, `steered-${runs++}`);
  const sets = ['evaluationSamples=200', ...settings].flatMap((text) => ['--set', text]);
  const args = [cli, ...distil(points, ...sets, '--steps', '1000000', '--out', out, '--json')];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let isGone = false;
  void ended.then(() => (isGone = true));
  while (!existsSync(join(out, 'control.json')) || (await readStatus(out))?.state !== 'running') {
    if (isGone) throw new Error(`The run ended: ${stderr}`);
    await setTimeout(50);
  }
  const connection = await connectRun(out);
  const events: RunEvent[] = [];
  await connection.onEvent((event) => events.push(event));
  return { out, connection, events, ended };
}

const stepsOf = (events: readonly RunEvent[]) =>
  events.filter((event): event is Extract<RunEvent, { type: 'step' }> => event.type === 'step');

/** Waits until the run has gone on from `iteration`. */
async function movesOn(connection: RunConnection, iteration: number): Promise<void> {
  const until = Date.now() + 30_000;
  let now = iteration;
  while (now <= iteration && Date.now() < until) {
    // changes nothing, and tells where the run is
    now = (await connection.send({ type: 'setIntervals', intervals: {} })).iteration;
  }
  expect(now).toBeGreaterThan(iteration);
}

describe('a live run, from a second process', () => {
  it('pauses, takes single steps and updates while it waits, and goes on', async () => {
    const { connection, events } = await liveRun();
    const paused = await connection.send({ type: 'pause' });
    expect(paused.state).toBe('paused');
    await setTimeout(200);
    const still = await connection.send({ type: 'setIntervals', intervals: {} });
    expect(still).toMatchObject({ state: 'paused', iteration: paused.iteration });

    const step = await connection.send({ type: 'step' });
    expect(step).toMatchObject({ state: 'paused', iteration: paused.iteration + 1 });
    expect(step.report).toMatchObject({ phase: 'matching', step: paused.step + 1 });
    expect(step.report.lossDm).toBeGreaterThan(0);

    const generator = await connection.send({ type: 'stepGenerator' });
    expect(generator.iteration).toBe(step.iteration);
    expect(Object.keys(generator.report)).toContain('lossDm');
    expect(Object.keys(generator.report)).not.toContain('lossFake');
    const fake = await connection.send({ type: 'stepFake' });
    expect(fake.iteration).toBe(step.iteration);
    expect(Object.keys(fake.report)).toContain('lossFake');
    expect(
      stepsOf(events)
        .slice(-3)
        .map(({ by, iteration }) => [by, iteration]),
    ).toEqual([
      [undefined, step.iteration],
      ['stepGenerator', step.iteration],
      ['stepFake', step.iteration],
    ]);

    const { state } = await connection.send({ type: 'resume' });
    expect(state).toBe('running');
    await movesOn(connection, step.iteration);
  });

  it('is looked into and moved by hand while it runs', async () => {
    const { out, connection, events } = await liveRun();
    const messages: ControlMessage[] = [
      { type: 'inspect', samples: [0, 1, 2], t: 1 },
      { type: 'checkpoint' },
      { type: 'stepGenerator' },
      { type: 'stepFake' },
      { type: 'setSlow', milliseconds: 1 },
      { type: 'pause' },
      { type: 'resume' },
    ];
    for (const message of messages) expect((await connection.send(message)).state).toMatch(/^(running|paused)$/);
    const told = events.find((event) => event.type === 'checkpoint')!;
    expect(existsSync(join(out, told.path, 'state.safetensors'))).toBe(true);

    const { samples, tensors, sigma } = await connection.send({ type: 'inspect', samples: [5, 0], t: 1 });
    expect(samples).toEqual([5, 0]);
    const values = (name: keyof typeof tensors) =>
      new Float32Array(Uint8Array.from(Buffer.from(tensors[name].base64, 'base64')).buffer);
    const [x, eps, x_t] = [values('x'), values('eps'), values('x_t')];
    expect(x).toHaveLength(4);
    // Eq. 3 with α = 1
    x.forEach((value, i) => expect(x_t[i]).toBeCloseTo(value + sigma * eps[i]!, 4));
  });

  it('stops with a checkpoint, and answers that it does', async () => {
    const { out, connection, ended } = await liveRun();
    await connection.send({ type: 'stop' });
    expect(await ended).toBe(0);
    expect((await readStatus(out))?.state).toBe('stopped');
    const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as { state: string; steps: number };
    expect(summary.state).toBe('stopped');
    expect(summary.steps).toBeGreaterThan(0);
    expect(existsSync(join(out, 'control.json'))).toBe(false);
  });

  it('takes 1,000 messages of any kind: each is answered, each broken one with its reason, and the run goes on', async () => {
    const { connection, events } = await liveRun('samplesEvery=0', 'probeEvery=0', 'layersEvery=0');
    const types = [
      ...(['pause', 'resume', 'step', 'stepGenerator', 'stepFake'] as const),
      ...(['setSlow', 'setIntervals', 'checkpoint', 'inspect'] as const),
    ];
    const messages = anyMessages(7, 1000, types);
    expect(messages.length).toBeGreaterThan(800);
    let [valid, broken] = [0, 0];
    for (const { params, isValid } of messages) {
      const refusal = await connection.send(params as ControlMessage).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (isValid) {
        expect(refusal, JSON.stringify(params)).toBeUndefined();
        valid++;
      } else {
        expect(refusal, JSON.stringify(params)).toMatch(/^[^]{20,}$/);
        expect(refusal).not.toMatch(/internal/i);
        broken++;
      }
    }
    expect(valid).toBeGreaterThan(200);
    expect(broken).toBeGreaterThan(200);
    await connection.send({ type: 'setSlow', milliseconds: 0 });
    const { iteration } = await connection.send({ type: 'resume' });
    await movesOn(connection, iteration);
    expect(events.filter((event) => event.type === 'failed')).toEqual([]);
  }, 180_000);
});

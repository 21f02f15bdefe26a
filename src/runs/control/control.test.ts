import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundleScript } from '../../../test/bundle-script.ts';
import { anyMessages } from '../../../test/control-messages.ts';
import { controls } from '../../../test/counting-run.ts';
import type { ControlMessage, RunEvent } from '../contract.ts';
import { readStatus } from '../directory/status.ts';
import { connectRun } from './client.ts';

const { folder, newPath, newRun, connect, after } = controls();

describe('control of a run', () => {
  it('does what messages ask, in order, and says where the run is', async () => {
    const run = await newRun();
    const connection = await connect(run);
    expect(connection.welcome).toMatchObject({ v: 1, pid: process.pid, state: 'running', iteration: 0 });
    expect(await connection.send({ type: 'pause' })).toMatchObject({ state: 'paused' });
    const [one, two] = await Promise.all([connection.send({ type: 'step' }), connection.send({ type: 'step' })]);
    expect([one.iteration, two.iteration]).toEqual([1, 2]);
    await connection.send({ type: 'setIntervals', intervals: { samplesEvery: 5 } });
    expect(run.heard.at(-1)).toEqual({ type: 'setIntervals', intervals: { samplesEvery: 5 } });
  });

  it('tells every event to those who ask for them, and nothing to others', async () => {
    const run = await newRun();
    const [watcher, other] = [await connect(run), await connect(run)];
    const [heard, again]: RunEvent[][] = [[], []];
    run.step();
    await watcher.onEvent((event) => heard!.push(event));
    await watcher.onEvent((event) => again!.push(event));
    for (let i = 0; i < 100; i++) run.step();
    await watcher.send({ type: 'pause' });
    expect(heard!.map((event) => event.type === 'step' && event.iteration)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 2),
    );
    expect(again).toEqual(heard);
    await other.send({ type: 'resume' });
  });

  it('answers an error of the run as what it is', async () => {
    const run = await newRun();
    const connection = await connect(run);
    await expect(connection.send({ type: 'step' })).rejects.toMatchObject({
      name: 'DmdError',
      kind: 'usage',
      message: 'A run that is `running` takes no single step; pause it first.',
    });
    await expect(connection.send({ type: 'evaluate' })).rejects.toThrow(
      'internal: the run could not answer: something broke',
    );
  });

  it.each([
    [{ type: 'paus' }, 'must be one of `pause`, `resume`,', 'not `"paus"`. The nearest is `pause`.'],
    [{}, 'not `undefined`.'],
    [{ type: 'setSlow', milliseconds: 'fast' }, '`milliseconds` is `"fast"`. It must be a number from 0 to 60000.'],
    [{ type: 'setSlow', milliseconds: 70_000 }, '`milliseconds` is `70000`. It must be a number from 0 to 60000.'],
    [{ type: 'setSlow' }, '`milliseconds` is `undefined`'],
    [{ type: 'pause', now: true }, 'In the message `pause`, the key `now` is unknown'],
    [
      { type: 'setIntervals', intervals: { sampelsEvery: 3 } },
      'the key `intervals.sampelsEvery` is unknown. The nearest known one is `intervals.samplesEvery`.',
    ],
    [
      { type: 'inspect', samples: Array.from({ length: 65 }, () => 0), t: 1 },
      'It must be a list, not empty, of at most 64, each a whole number from 0 to 9999.',
    ],
    [{ type: 'inspect', samples: [0, -1], t: 1 }, '`samples.1` is `-1`. It must be a whole number from 0 to 9999.'],
    [{ type: 'inspect', samples: [0], t: 1, layer: 'x'.repeat(300) }, 'It must be a text of at most 200 characters.'],
  ])('refuses a broken message with its reason: %j', async (message, ...parts) => {
    const run = await newRun();
    const connection = await connect(run);
    const error: unknown = await connection.send(message as ControlMessage).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'DmdError', kind: 'usage' });
    for (const part of parts) expect((error as Error).message).toContain(part);
    expect((error as Error).message.length).toBeLessThan(400);
    expect(run.heard).toEqual([]);
  });

  it('takes 1,000 messages, valid and broken, at once', async () => {
    const run = await newRun();
    const connection = await connect(run);
    const messages = anyMessages(2311_18828, 1000);
    expect(messages.filter(({ isValid }) => isValid).length).toBeGreaterThan(300);
    expect(messages.filter(({ isValid }) => !isValid).length).toBeGreaterThan(300);
    const answers = await Promise.allSettled(messages.map(({ params }) => connection.send(params as ControlMessage)));
    answers.forEach((answer, i) => {
      const { params, isValid } = messages[i]!;
      if (answer.status === 'rejected' && !isValid)
        expect(answer.reason, JSON.stringify(params)).toMatchObject({ name: 'DmdError', kind: 'usage' });
      else if (answer.status === 'rejected')
        expect((answer.reason as Error).message).toMatch(/single step|something broke/);
      else expect(isValid, JSON.stringify(params)).toBe(true);
    });
    expect(run.heard).toEqual(messages.filter(({ isValid }) => isValid).map(({ params }) => params));
  });

  it('serves a second process', async () => {
    const run = await newRun();
    const script = join(folder, 'client.mjs');
    bundleScript(
      script,
      `import { connectRun } from './client.ts';
        const connection = await connectRun(process.argv[2]);
        const events = [];
        await connection.onEvent((event) => events.push(event));
        await connection.send({ type: 'pause' });
        const { iteration } = await connection.send({ type: 'step' });
        const refused = await connection.send({ type: 'stepp' }).catch((error) => error.message);
        console.log(JSON.stringify({ iteration, events, refused }));
        connection.close();`,
      'src/runs/control',
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script, run.directory.path]);
    expect(JSON.parse(stdout)).toMatchObject({
      iteration: 1,
      events: [{ v: 1, type: 'step', iteration: 1 }],
      refused: expect.stringContaining('The nearest is `step`') as unknown,
    });
  });

  it('ends with the run: an answer under way arrives, and what is left behind is nothing', async () => {
    const run = await newRun();
    const connection = await connect(run);
    let free: (value?: unknown) => void = () => undefined;
    run.busy = new Promise((resolve) => (free = resolve));
    const answer = connection.send({ type: 'pause' });
    while (run.asked === 0) await setTimeout(10);
    await run.control.close();
    free();
    expect(await answer).toMatchObject({ state: 'paused' });
    await connection.closed;
    expect(existsSync(run.control.path)).toBe(false);
    expect(existsSync(run.directory.file('control.json'))).toBe(false);
    await expect(connection.send({ type: 'pause' })).rejects.toMatchObject({ kind: 'failure' });
  });
});

describe('a client', () => {
  it('is told why it cannot connect', async () => {
    await expect(connectRun(folder)).rejects.toMatchObject({ kind: 'usage' });
    const run = await newRun();
    const { path } = run.directory;
    const address = await run.address();
    const control = join(path, 'control.json');
    writeFileSync(control, JSON.stringify({ ...address, path: '/run/other.sock' }));
    const takesNone = 'takes no messages: it holds no `control.json` that can be read';
    await expect(connectRun(path, { timeout: 50 })).rejects.toThrow(takesNone);
    run.directory.update({ state: 'running' });
    await expect.poll(async () => (await readStatus(path))?.state).toBe('running');
    await expect(connectRun(path)).rejects.toThrow(takesNone);
    writeFileSync(control, JSON.stringify({ ...address, token: 'guessed' }));
    await expect(connectRun(path)).rejects.toThrow('The token is wrong');
    writeFileSync(control, JSON.stringify({ ...address, path: join(dirname(address.path), `${'0'.repeat(16)}.sock`) }));
    await expect(connectRun(path)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringContaining('cannot be reached at') as unknown,
    });
    writeFileSync(control, JSON.stringify(address));
    await run.directory.close('stopped');
    await expect(connectRun(path)).rejects.toThrow('is not live: it is `stopped` at step 0 of 3.');
  });

  it('waits for a run that has just begun to take messages', async () => {
    const run = await newRun();
    await run.control.close();
    const connecting = connectRun(run.directory.path);
    await setTimeout(60);
    await run.openControl();
    const connection = await connecting;
    expect(connection.welcome).toMatchObject({ iteration: 0 });
    connection.close();
  });

  it('does not wait for ever', async () => {
    const run = await newRun();
    await run.control.close();
    const path = join(folder, 'dmd-lab', `${'f'.repeat(16)}.sock`);
    const deaf = createServer().listen(path);
    await once(deaf, 'listening');
    after(() => deaf.close());
    deaf.on('connection', (socket) => after(() => socket.destroy()));
    const address = { v: 1, path, token: 'x', pid: 1 };
    writeFileSync(run.directory.file('control.json'), JSON.stringify(address));
    await expect(connectRun(run.directory.path, { timeout: 300 })).rejects.toThrow('has not answered within 0.3 s');
  });

  it('finds a run that was moved, while another takes its place', async () => {
    const run = await newRun();
    const moved = newPath();
    renameSync(run.directory.path, moved);
    const connection = await connectRun(moved);
    after(() => connection.close());
    expect(connection.welcome.pid).toBe(process.pid);
    const other = await newRun(run.directory.path);
    expect(other.control.path).toBe(run.control.path.replace('.sock', '-1.sock'));
    await connection.send({ type: 'pause' });
    expect([run.heard.length, other.heard.length]).toEqual([1, 0]);
  });
});

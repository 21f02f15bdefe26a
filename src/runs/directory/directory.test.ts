import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Config } from '../../distillation/config.ts';
import type { RunEvent } from '../contract.ts';
import { EventLog } from '../events/event-log.ts';
import { writeFailure } from '../files/replace-file.ts';
import { writeCheckpoint } from './checkpoints.ts';
import { RunDirectory } from './directory.ts';
import { processStart } from './process-identity.ts';
import { isLive, readStatus, type Status } from './status.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-runs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = Config.parse({ teacher: 'ring', steps: 3 });
let runs = 0;
const newRun = () => RunDirectory.create(config, join(folder, `run-${runs++}`));
const eventsOf = (run: RunDirectory) =>
  readFileSync(run.file('events.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);

const fullDisk = () =>
  Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));

describe('a run directory', () => {
  it('holds configuration, status and one event a line', async () => {
    const run = await newRun();
    const heard: RunEvent[] = [];
    run.onEvent((event) => heard.push(event));
    run.event({ type: 'step', phase: 'matching', step: 1, iteration: 1, seconds: 0.5, lossDm: 2 });
    run.update({ state: 'running', step: 1 });
    await run.close('finished');
    expect(JSON.parse(readFileSync(run.file('config.json'), 'utf8'))).toEqual(config);
    const status = await readStatus(run.path);
    expect(status).toMatchObject({ v: 1, state: 'finished', step: 1, steps: 3, pid: process.pid, host: hostname() });
    expect(status!.processStarted).toBe(await processStart(process.pid));
    expect(eventsOf(run)).toEqual(heard);
    expect(heard.map((event) => event.type)).toEqual(['step', 'state', 'state']);
    expect(heard[0]).toMatchObject({ v: 1, lossDm: 2 });
    expect(Date.parse(heard[0]!.time)).toBeGreaterThan(Date.now() - 10_000);
  });

  it('says how long the run is before that begins', async () => {
    const warmup = { regressionSteps: 5, fakeSteps: 2 };
    const run = await RunDirectory.create({ ...config, warmup }, join(folder, 'starting'));
    expect(await readStatus(run.path)).toMatchObject({
      state: 'starting',
      step: 0,
      steps: 3,
      iteration: 0,
      iterations: 10,
    });
    await run.close('stopped');
  });

  it('is named after the time and the teacher by default', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const names: string[] = [];
      for (const teacher of ['mnist', '../my teachers/Großes.safetensors']) {
        const run = await RunDirectory.create({ ...config, teacher });
        await run.close('stopped');
        names.push(run.path);
      }
      expect(names[0]).toMatch(/\.dmd\/runs\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-mnist$/);
      expect(names[1]).toMatch(/\d-Gro-es$/);
    } finally {
      process.chdir(before);
    }
  });

  it('is refused where something is, and leaves that alone', async () => {
    const path = join(folder, 'occupied');
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.tex'), 'mine');
    await expect(RunDirectory.create(config, path)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('is not empty (`thesis.tex`)') as unknown,
    });
    expect(readdirSync(path)).toEqual(['thesis.tex']);
    await expect(RunDirectory.create(config, join(path, 'thesis.tex'))).rejects.toMatchObject({ exitCode: 2 });
    await expect(RunDirectory.create(config, join(path, 'thesis.tex', 'run'))).rejects.toMatchObject({ exitCode: 2 });
    expect(readFileSync(join(path, 'thesis.tex'), 'utf8')).toBe('mine');
  });

  it('of a live run is refused as such, of a finished run too', async () => {
    const run = await newRun();
    await expect(RunDirectory.create(config, run.path)).rejects.toThrow(
      `belongs to a run that is \`starting\`, process ${process.pid}`,
    );
    await run.close('finished');
    await expect(RunDirectory.create(config, run.path)).rejects.toThrow('holds a run already (`finished`');
  });

  it('goes to one of two that want it at once', async () => {
    const path = join(folder, 'wanted');
    const both = await Promise.allSettled([RunDirectory.create(config, path), RunDirectory.create(config, path)]);
    const won = both.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]!.value.close('stopped');
  });

  it.skipIf(!existsSync('/sys/kernel'))('is a failure where nothing can be written (/sys)', async () => {
    await expect(RunDirectory.create(config, '/sys/dmd-run')).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('`/sys/dmd-run` could not be written') as unknown,
    });
  });

  it('takes what is to be looked at, and one warning is all that comes of what it cannot', async () => {
    const run = await newRun();
    expect(await run.show('images/a.png', Buffer.from('picture'))).toBe(true);
    expect(readFileSync(run.file('images/a.png'), 'utf8')).toBe('picture');
    rmSync(run.file('images'), { recursive: true });
    writeFileSync(run.file('images'), 'in the way');
    expect(await run.show('images/b.png', Buffer.from('picture'))).toBe(false);
    expect(await run.show('images/c.png', Buffer.from('picture'))).toBe(false);
    await run.close('finished');
    const warnings = eventsOf(run).filter((event) => event.type === 'warning');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ message: expect.stringContaining('The training goes on') as unknown });
  });
});

describe('a process', () => {
  const status: Status = {
    v: 1,
    state: 'running',
    step: 0,
    steps: 1,
    iteration: 0,
    iterations: 1,
    host: hostname(),
    pid: process.pid,
    heartbeat: new Date().toISOString(),
  };
  const longAgo = new Date(Date.now() - 3_600_000).toISOString();

  it('that has ended is told from a live one, at once', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const started = await processStart(child.pid!);
    expect(await isLive({ ...status, pid: child.pid!, processStarted: started, heartbeat: longAgo })).toBe(true);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(await processStart(child.pid!)).toBe('gone');
    expect(await isLive({ ...status, pid: child.pid!, processStarted: started })).toBe(false);
  });

  it('that has another’s number is told by its start; one on another machine by its heartbeat', async () => {
    expect(await isLive({ ...status, processStarted: 'another' })).toBe(
      (await processStart(process.pid)) === undefined,
    );
    expect(await isLive({ ...status, host: 'elsewhere' })).toBe(true);
    expect(await isLive({ ...status, host: 'elsewhere', heartbeat: longAgo })).toBe(false);
    expect(await isLive({ ...status, state: 'finished' })).toBe(false);
  });
});

describe('the event log', () => {
  const event = { type: 'warning', message: 'x' } as const;

  it('turns a full disk into one warning', async () => {
    const warnings: string[] = [];
    const log = new EventLog('events.jsonl', (message) => warnings.push(message), fullDisk);
    for (let i = 0; i < 5; i++) {
      log.write(event);
      await log.flush();
    }
    expect(warnings).toEqual([
      'Events are lost, `events.jsonl` could not be written: the disk is full; free some space and try again. The training goes on.',
    ]);
  });

  it.skipIf(!existsSync('/dev/full'))('does so on a device that is full (/dev/full)', async () => {
    const warnings: string[] = [];
    const log = new EventLog('/dev/full', (message) => warnings.push(message));
    log.write(event);
    await log.flush();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('the disk is full');
  });

  it('begins a new line after a write that failed', async () => {
    let text = '';
    let fails = true;
    const append = (_path: string, more: string) => {
      text += fails ? more.slice(0, 10) : more;
      return fails ? fullDisk() : Promise.resolve();
    };
    const log = new EventLog('events.jsonl', () => undefined, append);
    log.write(event);
    await log.flush();
    fails = false;
    log.write(event);
    await log.flush();
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1]!)).toMatchObject({ v: 1, ...event });
  });
});

describe('a checkpoint', () => {
  const checkpoints = join(folder, 'checkpoints');
  const holding = (text: string) => (path: string) => writeFile(join(path, 'state.json'), text);

  it('is there whole or not at all, and those before it stay', async () => {
    await writeCheckpoint(checkpoints, 5, holding('five'));
    const half = async (path: string) => {
      await holding('ha')(path);
      expect(readdirSync(checkpoints)).toContain('step-00000005');
      expect(readdirSync(checkpoints)).not.toContain('step-00000010');
      await fullDisk();
    };
    for (const iteration of [5, 10]) {
      await expect(writeCheckpoint(checkpoints, iteration, half)).rejects.toMatchObject({
        exitCode: 1,
        message: expect.stringMatching(/step-000000(05|10)` could not be written: the disk is full/) as unknown,
      });
    }
    expect(readdirSync(checkpoints)).toEqual(['step-00000005']);
    expect(readFileSync(join(checkpoints, 'step-00000005', 'state.json'), 'utf8')).toBe('five');
  });

  it('of the same step takes the place of the old one', async () => {
    await writeCheckpoint(checkpoints, 5, holding('five again'));
    expect(readFileSync(join(checkpoints, 'step-00000005', 'state.json'), 'utf8')).toBe('five again');
    expect(readdirSync(checkpoints)).toEqual(['step-00000005']);
  });

  it('is listed by its step, an unfinished one is not', async () => {
    const run = await newRun();
    for (const iteration of [100, 20, 123456789]) await run.checkpoint(iteration, holding(''));
    mkdirSync(run.file('checkpoints/.step-00000200-1'));
    expect((await run.checkpoints()).map((checkpoint) => checkpoint.iteration)).toEqual([20, 100, 123456789]);
    await run.close('stopped');
    expect(eventsOf(run).find((event) => event.type === 'checkpoint')).toMatchObject({
      path: join('checkpoints', 'step-00000100'),
    });
  });
});

it('names the file in a failure, and what a person can do', () => {
  const error = (code: string) => Object.assign(new Error(code), { code });
  expect(writeFailure('x/y', error('ENOSPC')).message).toBe(
    '`x/y` could not be written: the disk is full; free some space and try again.',
  );
  expect(writeFailure('x/y', error('EACCES')).message).toContain('choose another place with `--out`');
});

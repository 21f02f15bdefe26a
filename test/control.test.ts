/**
 * `dmd-lab control` and `dmd-lab tail` as people run them, on a run in a process of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../src/networks/safetensors.ts';
import { readStatus } from '../src/runs/directory/status.ts';
import { cli, commandInFolder, distil, lastLine, type Ended } from './command.ts';

const { folder, points, run } = commandInFolder();
const live = join(folder, '.dmd', 'runs', 'live');
let training: ChildProcess;
let watched: Promise<Ended>;

/** One run for all tests, in their order: begun here, paused, steered and stopped by them. */
beforeAll(async () => {
  const args = distil(points, '--steps', '1000000', '--set', 'evaluationSamples=200', '--out', live);
  training = spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: 'ignore' });
  while (!existsSync(join(live, 'control.json')) || (await readStatus(live))?.state !== 'running') {
    expect(training.exitCode).toBeNull();
    await setTimeout(50);
  }
}, 120_000);
afterAll(() => training.kill('SIGKILL'));

const control = (...args: string[]) => run(['control', ...args]);

describe('dmd-lab control', () => {
  it('explains itself and each message', async () => {
    const help = await control('--help');
    expect(help.code).toBe(0);
    for (const message of ['pause', 'step-generator', 'intervals', 'inspect', 'stop'])
      expect(help.stdout).toContain(`\n  ${message} `);
    const inspect = await control('live', 'inspect', '--help');
    expect(inspect.code).toBe(0);
    expect(inspect.stdout).toContain('dmd-lab control live inspect [options]');
    expect(inspect.stdout).toContain('--layer <name>');
  });

  it.each([
    [['live'], 'Usage: dmd-lab control live'],
    [['live', 'paus'], 'Did you mean pause?'],
    [['live', 'pause', '--jsn'], 'Did you mean --json?'],
    [['live', 'slow'], "missing required argument 'milliseconds'"],
    [['live', 'slow', 'fast'], '`milliseconds` is `"fast"`. It must be a number from 0 to 60000.'],
    [['live', 'intervals', 'samplesEvry=3'], 'The nearest known one is `intervals.samplesEvery`.'],
    [['live', 'intervals', 'samplesEvery'], '`intervals.samplesEvery` is `""`. It must be a whole number from 0'],
    [['live', 'inspect', '--t', '1', '--samples', '0,x'], '`samples.1` is `"x"`'],
    [['live', 'inspect', '--t', '1', '--out', 'look.png'], '`--out` must be NAME.safetensors or NAME.json'],
    [['liv', 'pause'], 'The nearest in `.dmd/runs`: `live`.'],
    [['.', 'pause'], '`.` is no run directory'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await control(...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect([code, stdout]).toEqual([2, '']);
  });

  it('pauses, steps and changes a live run', async () => {
    watched = run(['tail', 'latest', '--json', '--type', 'step,state,checkpoint,finished']);
    const paused = lastLine(await control('live', 'pause', '--json'));
    expect(paused).toMatchObject({ state: 'paused' });
    const stepped = lastLine(await control('latest', 'step', '--json'));
    expect(stepped).toMatchObject({ state: 'paused', iteration: (paused['iteration'] as number) + 1 });
    expect(stepped['report']).toMatchObject({ phase: 'matching', lossDm: expect.any(Number) as unknown });
    const fake = await control(live, 'step-fake');
    expect(fake.stdout).toMatch(
      /^matching \d+ {2}L_fake [\d.e-]+.*\npaused, iteration \d+, step \d+ of Algorithm 1\n$/,
    );
    const intervals = lastLine(await control('live', 'intervals', 'samplesEvery=7', 'probeEvery=0', '--json'));
    expect(intervals['intervals']).toMatchObject({ samplesEvery: 7, probeEvery: 0 });
    expect((await control('live', 'slow', '1')).stdout).toMatch(/^paused/);
    const { path } = lastLine(await control('live', 'checkpoint', '--json'));
    expect(existsSync(join(live, path as string))).toBe(true);
  }, 240_000);

  it('lays Algorithm 1 open, and writes what it saw', async () => {
    const look = ['inspect', '--samples', '0,1,2', '--t', '1.5'];
    const seen = await control('live', ...look, '--out', 'look.safetensors');
    expect(seen.stderr).toBe('');
    expect(seen.stdout).toMatch(/\nx_t {9}3×2 /);
    const { tensors, metadata } = decodeSafetensors(readFileSync(join(folder, 'look.safetensors')), 'look');
    expect(tensors.get('difference')!.shape).toEqual([3, 2]);
    expect(JSON.parse(metadata['samples']!)).toEqual([0, 1, 2]);
    const [real, fake, difference] = ['mu_real', 'mu_fake', 'difference'].map((name) => tensors.get(name)!.values);
    difference!.forEach((value, i) => expect(value).toBeCloseTo(fake![i]! - real![i]!, 5));

    const told = lastLine(await control('live', ...look, '--json', '--out', 'look.json'));
    expect(told).toMatchObject({ samples: [0, 1, 2], state: 'paused', out: 'look.json' });
    expect(told).not.toHaveProperty('tensors');
    const kept = JSON.parse(readFileSync(join(folder, 'look.json'), 'utf8')) as object;
    expect(kept).toHaveProperty('tensors.x.base64');
  }, 240_000);

  it('stops the run, whose watcher has seen it all; then only `inspect` is answered', async () => {
    expect((await control('live', 'stop')).code).toBe(0);
    const { code, stdout } = await watched;
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; state?: string; iteration?: number; by?: string });
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['step', 'state', 'checkpoint', 'finished']));
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'stopped' });
    const iterations = events.filter(({ type, by }) => type === 'step' && !by).map(({ iteration }) => iteration!);
    expect(iterations).toEqual(iterations.map((_, i) => iterations[0]! + i));

    const refused = await control('live', 'pause', '--json');
    expect(refused.code).toBe(1);
    expect(lastLine(refused)).toMatchObject({
      error: { kind: 'failure', message: expect.stringContaining('is not live: it is `stopped`') as unknown },
    });
    const look = lastLine(await control('live', 'inspect', '--samples', '0', '--t', '1.5', '--json'));
    expect(look).toMatchObject({ samples: [0], tensors: { x: { shape: [1, 2] } } });
  }, 240_000);
});

describe('dmd-lab tail', () => {
  const warning = (message: string) =>
    JSON.stringify({ v: 1, time: '2026-11-05T14:03:22.000Z', type: 'warning', message }) + '\n';

  it('shows the last lines of a run that has ended', async () => {
    const events = readFileSync(join(live, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    const all = await run(['tail', 'live', '--lines', 'all', '--json']);
    expect(all.stdout.trimEnd().split('\n')).toEqual(events);
    const last = await run(['tail', 'live', '--lines', '3']);
    expect(last.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(last.stdout).toMatch(/^\d\d:\d\d:\d\d {2}\w+ /);
    const states = await run(['tail', 'live', '--type', 'state', '--lines', '1', '--json']);
    expect(lastLine(states)).toMatchObject({ type: 'state', state: 'stopped' });
    expect((await run(['tail', 'live', '--lines', '0'])).stdout).toBe('');
  });

  it('passes over what is not ours, and says what is of a later version', async () => {
    const path = join(folder, 'mixed');
    mkdirSync(path);
    writeFileSync(join(path, 'status.json'), '{}');
    writeFileSync(join(path, 'events.jsonl'), warning('one') + '{"v":1,"ty\n' + warning('two'));
    appendFileSync(join(path, 'events.jsonl'), warning('three').replace('"v":1', '"v":2'));
    const { code, stdout, stderr } = await run(['tail', 'mixed']);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ +/).at(-1)),
    ).toEqual(['one', 'two']);
    expect(stderr).toBe('warning: Events of version `2` of the contract are left out; a newer dmd-lab shows them.\n');
    expect(code).toBe(0);
  });

  it.each([
    [['--type', 'step,warn'], '`--type` names `warn`; the nearest type is `warning`'],
    [['--lines', 'few'], 'It must be a whole number from 0, or `all`.'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run(['tail', 'live', ...args]);
    expect([code, stderr.includes(message)]).toEqual([2, true]);
  });

  it('ends when nobody reads', async () => {
    const deaf = spawn('sh', ['-c', `"$0" "$1" tail live --lines all --json | head -n 1`, process.execPath, cli], {
      cwd: folder,
    });
    let [stdout, stderr] = ['', ''];
    deaf.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    deaf.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await new Promise((resolve) => deaf.on('close', resolve));
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, type: expect.any(String) as unknown });
    expect(stderr).not.toContain('EPIPE');
  });
});

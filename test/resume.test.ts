/**
 * Runs that are interrupted as processes are: killed at any moment, by Ctrl-C, or wanted by two at once.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../src/random.ts';
import { connectRun } from '../src/runs/control/client.ts';
import { cli, commandInFolder, lastLine } from './command.ts';

const { folder, points, run } = commandInFolder();
/** How often one run is killed at the least, and how long all of that may take. */
const [KILLS, LONGEST] = [10, 600_000];

const settings = {
  batchSize: 8,
  pairs: 16,
  samplerSteps: 2,
  evaluationSamples: 200,
  conditioningTimestep: 2,
  ema: 0.9,
  'warmup.regressionSteps': 6,
  'warmup.fakeSteps': 4,
  samplesEvery: 25,
  probeEvery: 50,
  layersEvery: 50,
  checkpointEvery: 4,
  keepCheckpoints: 8,
};
const distil = (teacher: string, out: string, steps = 150) => [
  'distill',
  ...['--teacher', teacher, '--out', out, '--steps', String(steps), '--threads', '1'],
  ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
];
const generatorIn = (name: string) => readFileSync(join(folder, name, 'generator.safetensors')).toString('base64');
const sizeOf = (path: string) => (existsSync(path) ? statSync(path).size : 0);

/** Runs the command and kills it as soon as `isTime` says so; the exit code, null when it was killed. */
async function killed(args: string[], isTime: () => boolean): Promise<number | null> {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  let code: number | null | undefined;
  const ended = new Promise<void>((resolve) =>
    child.on('close', (ends) => {
      code = ends;
      resolve();
    }),
  );
  while (code === undefined && !isTime()) await setTimeout(5);
  child.kill('SIGKILL');
  await ended;
  expect(code === null || code === 0, stderr).toBe(true);
  return code!;
}

describe('a run that is killed', () => {
  it(
    'at any moment, and moved about, ends byte for byte as one that was let alone',
    async () => {
      const alone = await run([...distil('two-modes', 'alone'), '--json']);
      expect(alone.stderr).not.toContain('error:');
      expect(lastLine(alone)).toMatchObject({ state: 'finished', steps: 150 });

      const random = Random.fromSeed(20);
      let name = 'killed-0';
      let args = distil('two-modes', name);
      let kills = 0;
      let finished = false;
      while (!finished) {
        const log = join(folder, name, 'events.jsonl');
        const begin = performance.now();
        const before = sizeOf(log);
        // after so many more bytes of events, which is within some step or checkpoint; or after some time, whatever it is at
        const [bytes, milliseconds] = [random.integer(0, 6000), random.integer(0, 3000)];
        const byTime = random.uniform() < 0.2;
        const isTime = () => (byTime ? performance.now() - begin > milliseconds : sizeOf(log) - before > bytes);
        const code = await killed(args, kills < KILLS ? isTime : () => false);
        finished = code === 0;
        // one that was through before its time begins again from a checkpoint further back
        if (finished && kills < KILLS) {
          finished = false;
          const [oldest] = readdirSync(join(folder, name, 'checkpoints')).filter((entry) => entry.startsWith('step-'));
          writeStatus(name, { state: 'running' });
          args = ['distill', '--resume', join(name, 'checkpoints', oldest!)];
          continue;
        }
        if (!finished) kills++;
        // killed before it had become a run, it begins again
        if (!existsSync(join(folder, name, 'status.json'))) {
          args = distil('two-modes', (name = `killed-${kills}`));
          continue;
        }
        if (!finished && kills % 3 === 0) renameSync(join(folder, name), join(folder, (name = `moved-${kills}`)));
        args = ['distill', '--resume', name];
      }
      expect(kills).toBeGreaterThanOrEqual(KILLS);
      expect(generatorIn(name)).toBe(generatorIn('alone'));

      const attempts = readdirSync(join(folder, name, 'attempts'));
      expect(attempts.length).toBeGreaterThan(KILLS / 2);
      // nothing half-done is left
      const left = [name, join(name, 'checkpoints')].flatMap((path) => readdirSync(join(folder, path)));
      expect(left.filter((entry) => /^\.|\.\d+$/.test(entry))).toEqual([]);
    },
    LONGEST,
  );

  it(
    'while it writes its results writes them again',
    async () => {
      const there = () => existsSync(join(folder, 'results', 'generator.safetensors'));
      await killed(distil(points, 'results', 5), there);
      if (statusOf('results')['state'] !== 'finished') {
        const again = await run(['distill', '--resume', 'results', '--json']);
        expect(lastLine(again)).toMatchObject({ state: 'finished', steps: 5 });
      }
      await run(distil(points, 'results-alone', 5));
      expect(generatorIn('results')).toBe(generatorIn('results-alone'));
    },
    LONGEST,
  );
});

const statusOf = (name: string) =>
  JSON.parse(readFileSync(join(folder, name, 'status.json'), 'utf8')) as Record<string, unknown>;
const writeStatus = (name: string, change: object) =>
  writeFileSync(join(folder, name, 'status.json'), JSON.stringify({ ...statusOf(name), ...change }));

describe('a run that is paused', () => {
  it(
    'stepped, looked into and let go from outside ends byte for byte as one that was let alone',
    async () => {
      const long = [...distil(points, 'paused', 400), '--set', 'keepCheckpoints=0'];
      const ended = run(long);
      const there = join(folder, 'paused');
      while (!existsSync(join(there, 'control.json')) || statusOf('paused')['state'] === 'starting')
        await setTimeout(10);
      const connection = await connectRun(there);
      const places = new Set<number>();
      for (let round = 0; round < 5; round++) {
        const { state, iteration } = await connection.send({ type: 'pause' });
        expect(state).toBe('paused');
        places.add(iteration);
        await connection.send({ type: 'step' });
        await connection.send({ type: 'inspect', samples: [0, 3], t: 1 });
        const { path } = await connection.send({ type: 'checkpoint' });
        expect(existsSync(join(there, path, 'manifest.json'))).toBe(true);
        await connection.send({ type: 'resume' });
      }
      expect(places.size).toBe(5);
      await connection.close();
      expect(await ended).toMatchObject({ code: 0 });
      await run(distil(points, 'unpaused', 400));
      expect(generatorIn('paused')).toBe(generatorIn('unpaused'));
    },
    LONGEST,
  );
});

describe('Ctrl-C', () => {
  it(
    'stops a run with a checkpoint, and says how to go on; then one of two that want it gets it',
    async () => {
      let told = false;
      const stopped = await run([...distil(points, 'stopped', 1_000_000), '--json'], (stderr, child) => {
        // a second one would end it at once
        if (told || !/distribution matching: \d+/.test(stderr)) return;
        told = child.kill('SIGINT');
      });
      expect(stopped.code).toBe(130);
      expect(lastLine(stopped)).toMatchObject({ state: 'stopped' });
      expect(stopped.stderr).toContain(`\`dmd-lab distill --resume ${join(folder, 'stopped')}\` goes on`);

      const going = new Set<ChildProcess>();
      const resumed = async () => {
        const ended = await run(['distill', '--resume', 'stopped'], (stderr, child) => {
          if (stderr.includes('goes on after')) going.add(child);
        });
        if (ended.code === 130) return ended;
        // the other is let go once it is under way
        while (going.size === 0) await setTimeout(20);
        for (const child of going) child.kill('SIGINT');
        return ended;
      };
      const both = await Promise.all([resumed(), resumed()]);
      expect(both.map(({ code }) => code).sort()).toEqual([130, 2]);
      const [winner, loser] = both[0]!.code === 130 ? both : [both[1]!, both[0]!];
      expect(winner!.stderr).toMatch(/goes on after \d+ of 1000010 steps/);
      expect(loser!.stderr).toMatch(/belongs to a run that is|Another process has just begun/);
      expect(loser!.stderr).not.toContain('    at ');
    },
    LONGEST,
  );
});

describe('a run that seems live', () => {
  it(
    'is taken over when its process is gone, though another has its number now',
    async () => {
      await run(distil(points, 'gone', 3));
      const longAgo = new Date(Date.now() - 3_600_000).toISOString();
      // this test's own process stands for the one that has the number now
      const identity = { host: hostname(), pid: process.pid, processStarted: 'an earlier process' };
      writeStatus('gone', { ...identity, state: 'running', heartbeat: longAgo });
      mkdirSync(join(folder, 'gone', 'attempts'), { recursive: true });
      writeFileSync(
        join(folder, 'gone', 'attempts', '0002.json'),
        JSON.stringify({ v: 1, ...identity, started: longAgo }),
      );
      const resumed = await run(['distill', '--resume', 'gone', '--json']);
      expect(resumed.stderr).not.toContain('error:');
      expect(lastLine(resumed)).toMatchObject({ state: 'finished', steps: 3 });
    },
    LONGEST,
  );
});

describe('the command', () => {
  it.each([
    [['--resume', 'nowhere'], 'There is no run `nowhere`'],
    [['--resume', 'a', '--fork', 'b'], "'--resume <run>' cannot be used with option '--fork <run>'"],
    [['--resume', 'a', '--preset', 'long'], "'--resume <run>' cannot be used with option '--preset <name>'"],
    [['--fork', 'nowhere'], 'There is no run `nowhere`'],
    [['--allow-different-engine'], '`--allow-different-engine` is for `--resume`'],
  ])('refuses %j with exit code 2 and one sentence', async (args, message) => {
    const { code, stdout, stderr } = await run(['distill', ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });
});

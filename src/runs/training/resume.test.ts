import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Config, type ConfigInput } from '../../distillation/config.ts';
import { startEngine } from '../../engine/start.ts';
import { saveNetwork } from '../../networks/build.ts';
import { mlp } from '../../networks/mlp.ts';
import { Random } from '../../random.ts';
import type { RunEvent } from '../contract.ts';
import { listCheckpoints } from '../directory/checkpoints.ts';
import { readStatus } from '../directory/status.ts';
import { readEvents } from '../events/event-reader.ts';
import { readWhole, writeManifest } from '../files/manifest.ts';
import { DistillationRun } from './distillation-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-resume-'));
const cacheBefore = process.env['XDG_CACHE_HOME'];
const teacher = join(folder, 'points.safetensors');
const other = join(folder, 'other.safetensors');
const steps = 12;
const config = Config.parse({
  teacher,
  steps,
  batchSize: 4,
  pairs: 8,
  samplerSteps: 2,
  evaluationSamples: 200,
  threads: 1,
  learningRate: 0.01,
  ema: 0.9,
  warmup: { regressionSteps: 2, fakeSteps: 1 },
  samplesEvery: 0,
  probeEvery: 0,
  layersEvery: 0,
  checkpointEvery: 4,
});
let runs = 0;
const unused = () => join(folder, `run-${runs++}`);
const generatorIn = (run: string) => readFileSync(join(run, 'generator.safetensors')).toString('base64');

async function eventsIn(run: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(join(run, 'events.jsonl'))) events.push(event);
  return events;
}

/** Steps a new run by hand, `count` times, and ends it with a checkpoint. */
async function stopped(count: number, input: ConfigInput = {}): Promise<string> {
  const out = unused();
  const run = await DistillationRun.create({ config: { ...config, ...(input as object) }, out });
  for (let i = 0; i < count; i++) await run.step();
  await run.close();
  return out;
}
const copyOf = (run: string) => {
  const copy = unused();
  cpSync(run, copy, { recursive: true });
  return copy;
};

let whole: string;
let half: string;

beforeAll(async () => {
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  await startEngine({ engine: 'onnx', threads: 1 });
  for (const [i, path] of [teacher, other].entries()) {
    const network = mlp({ width: 16, layers: 1 });
    const params = network.init(Random.fromSeed(i));
    await saveNetwork(path, network, params);
    tf.dispose(params);
  }
  whole = unused();
  await (await DistillationRun.create({ config, out: whole })).run();
  // three of the warm-up, seven of Algorithm 1
  half = await stopped(10);
}, 120_000);
afterAll(() => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  rmSync(folder, { recursive: true });
});

describe('a resumed run', () => {
  it('ends as one that was never interrupted, in another folder too', async () => {
    const run = copyOf(half);
    const summary = await (await DistillationRun.resume({ from: run })).run();
    expect(generatorIn(run)).toBe(generatorIn(whole));
    expect(summary).toMatchObject({ state: 'finished', steps, run });
    expect(summary.trainingSeconds).toBeGreaterThan(0);
    expect(await readStatus(run)).toMatchObject({ state: 'finished', step: steps, iteration: steps + 3 });

    const events = await eventsIn(run);
    const started = events.filter((event) => event.type === 'started');
    expect(started.map(({ iteration }) => iteration)).toEqual([0, 10]);
    const taken = events.flatMap((event) => (event.type === 'step' ? [event.iteration] : []));
    expect(taken).toEqual(Array.from({ length: steps + 3 }, (_, i) => i + 1));
    expect(readdirSync(join(run, 'attempts'))).toEqual(['0001.json', '0002.json']);
  });

  it('goes on from an earlier checkpoint where that is asked for, and keeps the later ones aside', async () => {
    const run = copyOf(half);
    const from = join(run, 'checkpoints', 'step-00000007');
    await (await DistillationRun.resume({ from })).run();
    expect(generatorIn(run)).toBe(generatorIn(whole));
    expect(readdirSync(join(run, 'checkpoints', 'before-attempt-2'))).toEqual(['step-00000010']);
  });

  it('that had no checkpoint yet begins again', async () => {
    const run = await stopped(2);
    rmSync(join(run, 'checkpoints'), { recursive: true });
    await (await DistillationRun.resume({ from: run })).run();
    expect(generatorIn(run)).toBe(generatorIn(whole));
  });

  it('judges regression alone from where the warm-up ended, whoever warmed it up', async () => {
    const run = await stopped(4, { baseline: 'regression', labels: undefined });
    const summary = await (await DistillationRun.resume({ from: run })).run();
    expect(summary.state).toBe('finished');
    const { checkpoint, regressionAlone } = {
      checkpoint: join(run, 'checkpoints', 'regression-alone'),
      regressionAlone: summary.regressionAlone!,
    };
    expect(existsSync(join(checkpoint, 'manifest.json'))).toBe(true);
    // a fake-score step and all of Algorithm 1 lie behind the warm-up by regression
    expect(regressionAlone.sameSteps.steps).toBe(steps);
    expect(regressionAlone.sameTime.seconds).toBeGreaterThan(0);
  });

  it('is refused when it is finished', async () => {
    await expect(DistillationRun.resume({ from: whole })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`is finished. \`--fork ${whole}\``) as unknown,
    });
  });

  it.each<[string, ConfigInput, string]>([
    ['steps', { steps: 20 }, 'has steps `12`, and what was asked for is `20`'],
    ['seed', { seed: 1 }, 'has seed `0`, and what was asked for is `1`'],
    ['teacher', { teacher: 'ring' }, '.safetensors"`, and what was asked for is `"ring"`'],
    ['a nested key', { warmup: { fakeSteps: 2 } }, 'has warmup.fakeSteps `1`, and what was asked for is `2`'],
    ['threads', { threads: 2 }, 'was made with device `CPU, 1 thread`, and would go on with `CPU, 2 threads`'],
    ['engine', { engine: 'cpu' }, 'was made with engine `onnx`, and would go on with `cpu`'],
  ])('is refused with another %s, and stays as it was', async (_key, wishes, message) => {
    const before = readFileSync(join(half, 'status.json'), 'utf8');
    await expect(DistillationRun.resume({ from: half, wishes })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message) as unknown,
    });
    expect(readFileSync(join(half, 'status.json'), 'utf8')).toBe(before);
    expect(readdirSync(join(half, 'attempts'))).toEqual(['0001.json']);
  });

  it('goes on with another engine where that is allowed, and says so', async () => {
    const run = copyOf(half);
    const resumed = await DistillationRun.resume({
      from: run,
      wishes: { engine: 'cpu' },
      allowDifferentEngine: true,
    });
    await resumed.step();
    await resumed.close();
    expect(await eventsIn(run)).toContainEqual(
      expect.objectContaining({
        type: 'warning',
        message:
          'The checkpoint was made with engine `onnx`, and goes on with `cpu`: the numbers differ in their last bits.',
      }),
    );
    // what it went on with is what it must be resumed with
    const again = await DistillationRun.resume({ from: run });
    expect(again.engine.engine).toBe('cpu');
    await again.close();
  });

  it('is refused when its teacher or its configuration are others now', async () => {
    const run = copyOf(half);
    const edited = { ...config, learningRate: 1 };
    writeFileSync(join(run, 'config.json'), JSON.stringify(edited));
    await expect(DistillationRun.resume({ from: run })).rejects.toThrow(
      'has learningRate `0.01`, and config.json has `1`',
    );
    const away = join(folder, 'away');
    renameSync(teacher, away);
    cpSync(other, teacher);
    try {
      await expect(DistillationRun.resume({ from: half })).rejects.toThrow(
        'was made with the teacher `points` (sha256-',
      );
    } finally {
      renameSync(away, teacher);
    }
  });

  it.each<[string, (checkpoint: string) => Promise<void> | void, string, 1 | 2]>([
    [
      'cut short',
      (checkpoint) => truncateSync(join(checkpoint, 'state.safetensors'), 100),
      'state.safetensors` is damaged: it has `100` bytes instead of ',
      1,
    ],
    [
      'from a newer version',
      async (checkpoint) => {
        const path = join(checkpoint, 'state.json');
        const state = JSON.parse(readFileSync(path, 'utf8')) as object;
        writeFileSync(path, JSON.stringify({ ...state, v: 2 }));
        rmSync(join(checkpoint, 'manifest.json'));
        await writeManifest(checkpoint);
      },
      'is of version `2`, and this dmd-lab reads version 1',
      2,
    ],
  ])('is refused when its checkpoint is %s, and told which one is sound', async (_what, spoil, message, exitCode) => {
    const run = copyOf(half);
    await spoil(join(run, 'checkpoints', 'step-00000010'));
    const sound = join(run, 'checkpoints', 'step-00000007');
    const refusal = DistillationRun.resume({ from: run });
    await expect(refusal).rejects.toMatchObject({ exitCode });
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toThrow(`The checkpoint after step 7 is sound: \`--resume ${sound}\``);
    await (await DistillationRun.resume({ from: sound })).run();
    expect(generatorIn(run)).toBe(generatorIn(whole));
  });

  it('goes on from its last checkpoint after a disk that was full', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.log('skipped: a small disk to fill cannot be mounted here');
      context.skip();
    }
    const run = unused();
    try {
      const full = join(disk, 'run');
      const filling = await DistillationRun.create({
        config: { ...config, checkpointEvery: 1, keepCheckpoints: 0 },
        out: full,
      });
      await expect(filling.run()).rejects.toMatchObject({
        exitCode: 1,
        message: expect.stringMatching(/step-000000\d\d` could not be written: the disk is full/) as unknown,
      });
      const kept = await listCheckpoints(join(full, 'checkpoints'));
      expect(kept.length).toBeGreaterThan(0);
      for (const { path } of kept) expect((await readWhole(path)).size).toBe(3);
      cpSync(full, run, { recursive: true });
    } finally {
      execFileSync('umount', [disk]);
    }
    await (await DistillationRun.resume({ from: run })).run();
    expect(generatorIn(run)).toBe(generatorIn(whole));
  });

  it('is no link, and has no links in it', async () => {
    const link = join(folder, 'link');
    symlinkSync(half, link);
    await expect(DistillationRun.resume({ from: link })).rejects.toThrow(`is a symbolic link to \`${half}\``);
    await expect(DistillationRun.create({ config, out: link })).rejects.toThrow('is a symbolic link');
    const run = copyOf(half);
    const elsewhere = join(folder, 'elsewhere');
    renameSync(join(run, 'checkpoints'), elsewhere);
    symlinkSync(elsewhere, join(run, 'checkpoints'));
    await expect(DistillationRun.resume({ from: run })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`checkpoints\` is a symbolic link to \`${elsewhere}\``) as unknown,
    });
    expect(readdirSync(elsewhere)).toContain('step-00000010');
  });
});

describe('a fork', () => {
  it('goes on from a checkpoint with other settings, and remembers where it came from', async () => {
    const out = unused();
    const fork = await DistillationRun.fork({ from: whole, wishes: { steps: steps + 2, learningRate: 0.001 }, out });
    const summary = await fork.run();
    expect(summary).toMatchObject({ state: 'finished', steps: steps + 2, run: out });
    const parent = { run: whole, iteration: steps + 3 };
    expect((await readStatus(out))!.parent).toEqual(parent);
    const [started] = (await eventsIn(out)).filter((event) => event.type === 'started');
    expect(started).toMatchObject({ iteration: steps + 3, parent, config: { learningRate: 0.001 } });
    expect(generatorIn(out)).not.toBe(generatorIn(whole));
    expect((await readStatus(whole))!.state).toBe('finished');
  });

  it('with nothing changed is the run itself; with another seed it is not', async () => {
    const from = join(half, 'checkpoints', 'step-00000007');
    const [same, seeded] = [unused(), unused()];
    await (await DistillationRun.fork({ from, out: same })).run();
    await (await DistillationRun.fork({ from, out: seeded, wishes: { seed: 5 } })).run();
    expect(generatorIn(same)).toBe(generatorIn(whole));
    expect(generatorIn(seeded)).not.toBe(generatorIn(whole));
  });

  it('can begin an average where none was kept', async () => {
    const from = await stopped(5, { ema: 0 });
    const out = unused();
    await (await DistillationRun.fork({ from, out, wishes: { ema: 0.5 } })).run();
    expect(existsSync(join(out, 'generator.safetensors'))).toBe(true);
  });

  it.each<[string, ConfigInput, string]>([
    ['nothing left to do', {}, 'lies behind all `12` steps'],
    ['no fake score any more', { steps: 20, lambdaDm: 0 }, 'nothing learns the fake score then. Make lambdaDm small'],
    ['another warm-up', { steps: 20, warmup: { regressionSteps: 5 } }, 'A fork keeps the warm-up of its run, `2 + 1`'],
    ['another teacher', { steps: 20, teacher: other }, 'was made with the teacher `points` (sha256-'],
  ])('with %s is refused, and leaves nothing', async (_what, wishes, message) => {
    const out = unused();
    await expect(DistillationRun.fork({ from: whole, wishes, out })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message) as unknown,
    });
    expect(existsSync(out)).toBe(false);
  });
});

/**
 * `dmd-lab evaluate` as people run it: the figures are those of the run on its own noise, and other noise gives others.
 */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { saveNetwork } from '../src/networks/build.ts';
import { unet } from '../src/networks/unet.ts';
import { saveWeights } from '../src/networks/weights.ts';
import { Random } from '../src/random.ts';
import type { Evaluation } from '../src/runs/generator/evaluate-generator.ts';
import type { Summary } from '../src/runs/summary.ts';
import { mixturePreset } from '../src/teachers/mixture-presets.ts';
import { commandInFolder, distil, lastLine, type Ended } from './command.ts';

const { folder, points, run } = commandInFolder();
const SAMPLES = 40;

/** A run with a teacher of the digits' shape that knows nothing, and a generator of two modes that never was trained. */
beforeAll(async () => {
  const network = unet({ imageShape: [28, 28, 1], channels: [8, 8], blocks: [1, 1], classes: 10, embeddingWidth: 16 });
  const params = network.init(Random.fromSeed(1));
  await saveNetwork(join(folder, 'digits.safetensors'), network, params);
  const settings = ['--set', `evaluationSamples=${SAMPLES}`, '--seed', '5'];
  const ended = await run(distil('digits.safetensors', ...settings, '--steps', '1', '--out', 'digits'));
  expect(ended).toMatchObject({ code: 0 });
  const affine = { weight: tf.tensor2d([0.5, 0, 0, 0.15], [2, 2]), bias: tf.tensor1d([0, 0]) };
  const teacherFingerprint = mixturePreset('two-modes').fingerprint;
  const metadata = { generator: 'affine', teacher: 'two-modes', teacherFingerprint };
  await saveWeights(join(folder, 'affine.safetensors'), affine, metadata);
  tf.dispose([params, affine] as never);
}, 240_000);

const evaluate = (...args: string[]) => run(['evaluate', ...args, '--threads', '1', '--json']);
const generatorsOf = (ended: Ended) => lastLine(ended)['generators'] as Evaluation[];

describe('dmd-lab evaluate', () => {
  it("gives a run's own figures, to the last digit, and its teacher's", async () => {
    const ended = await evaluate('digits', '--with-teacher');
    expect(lastLine(ended)).toMatchObject({ engine: 'onnx', threads: 1, peakMemory: expect.any(Number) as unknown });
    const [{ seed, teacher, figures, speed, ofTeacher }] = generatorsOf(ended) as [Evaluation];
    const summary = JSON.parse(readFileSync(join(folder, 'digits', 'summary.json'), 'utf8')) as Summary;
    expect({ seed, teacher }).toEqual({ seed: 5, teacher: 'digits' });
    expect(figures).toEqual({
      samples: SAMPLES,
      frechet: summary.frechet!.oneStep,
      classShares: summary.classShares,
      confidence: summary.confidence,
    });
    expect(ofTeacher!.figures.frechet).toBe(summary.frechet!.teacher);
    expect(ofTeacher).toMatchObject({ sampler: 'heun', samplerSteps: 2 });

    expect(speed.latency.p95).toBeGreaterThanOrEqual(speed.latency.median);
    expect(speed.batches[0]!.imagesPerSecond).toBeCloseTo(1 / speed.latency.median, 6);
    expect(speed.best.imagesPerSecond).toBe(Math.max(...speed.batches.map((batch) => batch.imagesPerSecond)));
    // three network calls take longer than one
    expect(ofTeacher!.speed.latency.median).toBeGreaterThan(speed.latency.median);
  }, 240_000);

  it('judges other noise otherwise, and warns when numbers of samples differ', async () => {
    const [own, other] = generatorsOf(await evaluate('digits', 'digits/checkpoints/step-00000001', '--seed', '6'));
    expect(own!.figures).toEqual(other!.figures);
    const summary = JSON.parse(readFileSync(join(folder, 'digits', 'summary.json'), 'utf8')) as Summary;
    expect(own!.figures.frechet).not.toBe(summary.frechet!.oneStep);
    cpSync(join(folder, 'digits', 'generator.safetensors'), join(folder, 'copy.safetensors'));
    const table = await run(['evaluate', 'digits', 'affine.safetensors', '--threads', '1']);
    expect(table.stderr).toContain('warning: figures of 40 and 10000 samples do not compare');
    expect(table.stdout).toMatch(/^generator +samples +Fréchet .*KL, nats/);
    expect(table.stdout).toMatch(/\nshares of the modes: [\d.]+ [\d.]+ %\n/);
  }, 240_000);

  it('judges a mixture by its density, and by its name alone no other', async () => {
    const [{ figures }] = generatorsOf(await evaluate('affine.safetensors', '--samples', '2000')) as [Evaluation];
    expect(figures).toMatchObject({ samples: 2000, modesFound: 2 });
    // a Gaussian over both modes: half of it on either side, and far from the density between them
    for (const { share } of figures.modes!) expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
    expect(figures.kl).toBeGreaterThan(0.5);
    await saveWeights(
      join(folder, 'namesake.safetensors'),
      { weight: tf.eye(2), bias: tf.zeros([2]) },
      { generator: 'affine', teacher: 'two-modes', teacherFingerprint: 'another' },
    );
    const [namesake] = generatorsOf(await evaluate('namesake.safetensors'));
    expect(namesake!.figures).toEqual({});
    expect(namesake!.speed.best.imagesPerSecond).toBeGreaterThan(0);
  }, 120_000);

  it('compares with no other teacher than its own', async () => {
    const metadata = { generator: 'affine', teacher: 'points.safetensors', teacherFingerprint: 'another' };
    await saveWeights(join(folder, 'stranger.safetensors'), { weight: tf.eye(2), bias: tf.zeros([2]) }, metadata);
    const { code, stderr } = await run(['evaluate', 'stranger.safetensors', '--with-teacher']);
    expect(code).toBe(2);
    expect(stderr).toContain('distilled from another teacher than the `points` that is here');
  }, 60_000);

  it.each([
    [['nowhere'], '`nowhere`'],
    [['affine.safetensors', 'nowhere'], '`nowhere`'],
    [['points.safetensors'], 'holds no generator'],
    [['affine.safetensors', '--samples', '1'], 'It must be a whole number from 2.'],
    [[], "missing required argument 'path'"],
  ])(
    'refuses %j with exit code 2 and one sentence',
    async (args, message) => {
      const { code, stdout, stderr } = await run(['evaluate', ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('    at ');
      expect(stdout).toBe('');
    },
    120_000,
  );

  it('says so when the teacher is no longer there', async () => {
    rmSync(points);
    rmSync(join(folder, 'digits.safetensors'));
    const { code, stderr } = await run(['evaluate', 'digits', '--with-teacher', '--samples', '4']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is no teacher `\S*digits\.safetensors`/);
  }, 60_000);
});

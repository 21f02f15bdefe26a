/**
 * The engine `tensorflow` on the real @tensorflow/tfjs-node, against TensorFlow.js' cpu kernels. The folder that it needs is
 * made by `node test/engine/tensorflow/build.mjs`, or named in DMD_LAB_TENSORFLOW.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { levelTensors } from '../../../src/diffusion/schedule.ts';
import { Config } from '../../../src/distillation/config.ts';
import { Distiller } from '../../../src/distillation/distiller.ts';
import { pairsInMemory } from '../../../src/distillation/pairs/pairs.ts';
import { startEngine } from '../../../src/engine/start.ts';
import { unet } from '../../../src/networks/unet.ts';
import { Random } from '../../../src/random.ts';
import { defaultFit, withFittedStudent } from '../../../src/teachers/fitted.ts';
import { mixturePreset } from '../../../src/teachers/mixture-presets.ts';
import { ensureBuilt } from '../../built.ts';

const folder = resolve(process.env.DMD_LAB_TENSORFLOW ?? '.cache/tensorflow');
const absent = !existsSync(join(folder, 'node_modules/@tensorflow/tfjs-node'));
if (absent) console.log(`tensorflow: skipped, since ${folder} is not there: \`node test/engine/tensorflow/build.mjs\``);

/** `run` on both engines. */
async function onBoth<T>(run: () => Promise<T>): Promise<Record<'cpu' | 'tensorflow', T>> {
  const on = async (engine: 'cpu' | 'tensorflow') => {
    await startEngine({ engine });
    expect(tf.getBackend()).toBe(engine);
    return run();
  };
  return { cpu: await on('cpu'), tensorflow: await on('tensorflow') };
}

const close = (actual: number, expected: number, tolerance: number, what: string) =>
  expect(Math.abs(actual - expected), what).toBeLessThan(tolerance * (1 + Math.abs(expected)));

describe.skipIf(absent)('the engine tensorflow', () => {
  const home = process.cwd();
  const students = mkdtempSync(join(tmpdir(), 'dmd-lab-tensorflow-'));
  beforeAll(() => process.chdir(folder));
  afterAll(() => {
    process.chdir(home);
    rmSync(students, { recursive: true });
  });

  test('is found where the command runs, and works without a word on stderr', { timeout: 120_000 }, () => {
    process.chdir(home);
    ensureBuilt();
    process.chdir(folder);
    const args = [join(home, 'dist/cli.js'), 'doctor', '--engine', 'tensorflow', '--json'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { engine, runtime, available } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ engine, runtime }).toEqual({ engine: 'tensorflow', runtime: '@tensorflow/tfjs-node 4.22.0' });
    expect(available).toContainEqual(expect.objectContaining({ engine: 'tensorflow', works: true }));
  });

  test('is left alone where it lies in a folder and nobody asked for it', () => {
    const args = [join(home, 'dist/cli.js'), 'doctor', '--json'];
    const environment = { ...process.env, DMD_LAB_TENSORFLOW: '' };
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: environment });
    expect(JSON.parse(stdout)).toMatchObject({
      engine: 'onnx',
      available: expect.arrayContaining([
        expect.objectContaining({
          engine: 'tensorflow',
          works: false,
          reason: expect.stringContaining('is loaded when it is asked for'),
        }),
      ]),
    });
  });

  test("gives a U-Net's value and gradients", async () => {
    const network = unet({ imageShape: [8, 8, 1], channels: [4, 8], blocks: [1, 1], groups: 2, classes: 3 });
    const { cpu, tensorflow } = await onBoth(async () => {
      const random = Random.fromSeed(1);
      const noise = (shape: number[]) => tf.tensor(random.normal(tf.util.sizeFromShape(shape)), shape, 'float32');
      const params = Object.entries(network.init(random)).map(
        ([name, p]) => [name, tf.add(p, noise(p.shape))] as const,
      );
      const [x_t, direction] = [noise([2, 8, 8, 1]), noise([2, 8, 8, 1])];
      const level = levelTensors([0.3, 2].map((sigma) => ({ time: sigma, alpha: 1, sigma })));
      const f = (...weights: tf.Tensor[]): tf.Scalar => {
        const named = Object.fromEntries(params.map(([name], i) => [name, weights[i]!]));
        return tf.sum(tf.mul(network.denoise(named, x_t, level, tf.tensor1d([1, 3], 'int32')), direction));
      };
      const { value, grads } = tf.valueAndGrads(f)(params.map(([, p]) => p));
      return { value: (await value.data())[0]!, grads: await Promise.all(grads.map((grad) => grad.data())) };
    });
    close(tensorflow.value, cpu.value, 1e-4, 'value');
    expect(cpu.grads.length).toBeGreaterThan(20);
    cpu.grads.forEach((grad, i) => grad.forEach((v, j) => close(tensorflow.grads[i]![j]!, v, 1e-4, `gradient ${i}`)));
  });

  test('distils two-modes in as many tensors', async () => {
    const warmup = { regressionSteps: 2, fakeSteps: 2 };
    const config = Config.parse({ teacher: 'two-modes', steps: 4, batchSize: 64, fakeUpdates: 2, ema: 0.9, warmup });
    const z = Random.fromSeed(2).normal(512);
    const y = z.map((v, i) => (i % 2 === 0 ? 0.8 * Math.sign(v) : 0.15 * v));
    const { cpu, tensorflow } = await onBoth(async () => {
      const teacher = await withFittedStudent(mixturePreset('two-modes'), students, { ...defaultFit, steps: 50 });
      const distiller = Distiller.create({ config, teacher, pairs: pairsInMemory({ sampleShape: [2], z, y }) });
      const reports = [];
      const held = tf.memory().numTensors;
      while (distiller.plan) reports.push(await distiller.step());
      expect(tf.memory().numTensors).toBe(held);
      distiller.dispose();
      return reports;
    });
    expect(cpu).toHaveLength(8);
    cpu.forEach((report, i) => {
      for (const [name, value] of Object.entries(report)) {
        const other = tensorflow[i]![name as keyof typeof report];
        if (typeof value !== 'number') expect(other).toBe(value);
        else close(other as number, value, 1e-3, `${name} of step ${i}`);
      }
    });
  });
});

/**
 * The same code on a GPU: ONNX Runtime's `webgpu` provider against its CPU provider, weights staying on the device.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { levelTensors } from '../../../src/diffusion/schedule.ts';
import { Config } from '../../../src/distillation/config.ts';
import { Distiller } from '../../../src/distillation/distiller.ts';
import { pairsInMemory } from '../../../src/distillation/pairs/pairs.ts';
import { compile } from '../../../src/engine/compile.ts';
import type { OnnxBackend } from '../../../src/engine/record/backend.ts';
import { startEngine } from '../../../src/engine/start.ts';
import type { DenoiserNetwork, Params } from '../../../src/networks/denoiser.ts';
import { valueAndGradients } from '../../../src/networks/gradients.ts';
import { mlp } from '../../../src/networks/mlp.ts';
import { unet } from '../../../src/networks/unet.ts';
import { Random } from '../../../src/random.ts';
import { defaultFit, withFittedStudent } from '../../../src/teachers/fitted.ts';
import { mixturePreset } from '../../../src/teachers/mixture-presets.ts';

const devices = ['cpu', 'webgpu'] as const;
type Device = (typeof devices)[number];

const start = (device: Device) => startEngine({ engine: 'onnx', device, threads: 1 });
const locationOf = (t: tf.Tensor) => (tf.backend() as OnnxBackend).locationOf(t);

/** `run` on both devices. */
async function onBoth<T>(run: (device: Device) => Promise<T>): Promise<Record<Device, T>> {
  const results = {} as Record<Device, T>;
  for (const device of devices) {
    await start(device);
    results[device] = await run(device);
  }
  return results;
}

/** A network whose weights are random and none of them zero, and something to denoise. */
function example(network: DenoiserNetwork) {
  const random = Random.fromSeed(3);
  const drawn = network.init(random);
  const params = Object.fromEntries(
    Object.entries(drawn).map(([name, w]) => {
      const scale = 1 / Math.sqrt(Math.max(1, w.size / (w.shape.at(-1) ?? 1)));
      return [
        name,
        tf.tensor(
          random.normal(w.size).map((v) => v * scale),
          w.shape,
        ),
      ];
    }),
  );
  tf.dispose(drawn);
  const shape = [2, ...network.sampleShape];
  return { network, params, x: tf.tensor(random.normal(shape.reduce((a, b) => a * b)), shape) };
}

const networks: [string, () => ReturnType<typeof example>][] = [
  [
    'a U-Net with attention and classes',
    () => example(unet({ imageShape: [8, 8, 1], channels: [16, 32], blocks: [1, 1], embeddingWidth: 16, classes: 3 })),
  ],
  ['a U-Net of colours', () => example(unet({ imageShape: [4, 4, 3], channels: [16], blocks: [2], classes: 0 }))],
  ['an MLP', () => example(mlp({ width: 32, layers: 2 }))],
];

describe.skipIf(inject('noDevice') !== '')('the provider webgpu', () => {
  const students = mkdtempSync(join(tmpdir(), 'dmd-lab-webgpu-'));
  afterAll(() => rmSync(students, { recursive: true, force: true }));

  test('trains with weights that stay on the device, as the CPU does', async () => {
    const trained = await onBoth(async () => {
      const random = Random.fromSeed(1);
      const x = tf.tensor2d(random.normal(64), [32, 2]);
      const y = tf.sum(x, 1, true);
      let weights: tf.Tensor2D[] = [tf.tensor2d(random.normal(32), [2, 16]), tf.tensor2d(random.normal(16), [16, 1])];
      const step = compile((weights: tf.Tensor2D[]) => {
        const loss = (inner: tf.Tensor2D, outer: tf.Tensor2D) =>
          tf.mean(tf.square(tf.sub(tf.matMul(tf.tanh(tf.matMul(x, inner)), outer), y))) as tf.Scalar;
        const { value, grads } = tf.valueAndGrads(loss as never)(weights);
        return { loss: value, weights: weights.map((w, i) => tf.sub(w, tf.mul(0.01, grads[i]!)) as tf.Tensor2D) };
      });
      const losses: tf.Tensor[] = [];
      const locations = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const next = step(weights);
        tf.dispose(weights);
        weights = next.weights;
        losses.push(next.loss);
        weights.forEach((w) => locations.add(locationOf(w)));
      }
      const numbers = await tf.concat([...weights.map((w) => tf.reshape(w, [-1])), tf.stack(losses)]).data();
      return { locations: [...locations], numbers };
    });
    expect(trained.cpu.locations).toEqual(['cpu']);
    expect(trained.webgpu.locations).toEqual(['gpu-buffer']);
    const losses = trained.cpu.numbers.subarray(-20);
    expect(losses[19]).toBeLessThan(losses[0]! / 2);
    trained.webgpu.numbers.forEach((v, i) => expect(Math.abs(v - trained.cpu.numbers[i]!)).toBeLessThan(1e-4));
  });

  test.each(networks)('computes %s and its gradients as the CPU does', async (_, make) => {
    const results = await onBoth(async () => {
      const { network, params, x } = make();
      const level = levelTensors([0.5, 2].map((sigma) => ({ time: sigma, alpha: 1, sigma })));
      const labels = network.classes > 0 ? tf.tensor1d([0, network.classes], 'int32') : undefined;
      const both = compile((params: Params) => {
        const loss = (theta: Params) => tf.mean(tf.square(network.denoise(theta, x, level, labels))) as tf.Scalar;
        const { value, grads } = valueAndGradients(params, loss);
        return { value, ...grads };
      })(params);
      return Promise.all(Object.entries(both).map(async ([name, t]) => [name, await (t as tf.Tensor).data()] as const));
    });
    expect(results.cpu.length).toBeGreaterThan(5);
    results.cpu.forEach(([name, values], i) => {
      const size = Math.max(...values.map(Math.abs));
      const [, others] = results.webgpu[i]!;
      const off = Math.max(...values.map((v, k) => Math.abs(v - others[k]!)));
      expect(off, name).toBeLessThan(1e-4 * size + 1e-6);
    });
  });

  test('computes sines and cosines far more exactly than WebGPU promises', async () => {
    await start('webgpu');
    const x = Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 10);
    const [sines, cosines] = [await tf.sin(tf.tensor1d(x)).data(), await tf.cos(tf.tensor1d(x)).data()];
    const off = (found: ArrayLike<number>, exact: (x: number) => number) =>
      Math.max(...Array.from(x, (v, i) => Math.abs(found[i]! - exact(v))));
    const worst = Math.max(off(sines, Math.sin), off(cosines, Math.cos));
    console.log(`sines and cosines of −100…100 on the device: off by ${worst.toExponential(1)} at most`);
    expect(worst).toBeLessThan(5e-7);
  });

  test('reads tensors of every type that live on the device', async () => {
    await start('webgpu');
    const x = tf.tensor2d([3, -1, 0.5, 2, 7, -4], [2, 3]);
    const make = compile((x: tf.Tensor) => ({
      float32: tf.mul(x, 2),
      int32: tf.argMax(x, 1),
      bool: tf.greater(x, 1),
      scalar: tf.sum(x),
    }));
    const { float32, int32, bool, scalar } = make(x);
    expect([...(await float32.data())]).toEqual([6, -2, 1, 4, 14, -8]);
    expect([...(await int32.data())]).toEqual([0, 1]);
    expect([...(await bool.data())]).toEqual([1, 0, 0, 1, 1, 0]);
    expect([...(await scalar.data())]).toEqual([7.5]);
    expect(locationOf(float32)).toBe('gpu-buffer');
    // after a first reading, and in an operation that runs lazily
    expect([...(await tf.add(float32, scalar).data())]).toEqual([13.5, 5.5, 8.5, 11.5, 21.5, -0.5]);
  });

  test('distils two-modes with the losses of the CPU', async () => {
    const config = Config.parse({
      teacher: 'two-modes',
      steps: 4,
      batchSize: 64,
      // a higher rate makes more of the last bits than eight steps may
      learningRate: 2e-4,
      fakeUpdates: 2,
      ema: 0.9,
      warmup: { regressionSteps: 2, fakeSteps: 2 },
    });
    const z = Random.fromSeed(2).normal(512);
    const y = z.map((v, i) => (i % 2 === 0 ? 0.8 * Math.sign(v) : 0.15 * v));
    const runs = await onBoth(async () => {
      const teacher = await withFittedStudent(mixturePreset('two-modes'), students, { ...defaultFit, steps: 50 });
      const distiller = Distiller.create({ config, teacher, pairs: pairsInMemory({ sampleShape: [2], z, y }) });
      const reports = [];
      while (distiller.plan) reports.push(await distiller.step());
      const samples = await distiller.generate(tf.tensor2d(z.subarray(0, 64), [32, 2])).data();
      const locations = Object.values(distiller.weights()).map(locationOf);
      distiller.dispose();
      return { reports, samples, locations };
    });
    expect(new Set(runs.webgpu.locations)).toEqual(new Set(['gpu-buffer']));
    expect(runs.cpu.reports).toHaveLength(8);
    runs.cpu.reports.forEach((report, i) => {
      for (const [name, value] of Object.entries(report)) {
        const other = runs.webgpu.reports[i]![name as keyof typeof report];
        if (typeof value !== 'number') expect(other).toBe(value);
        else
          expect(Math.abs((other as number) - value), `${name} of step ${i}`).toBeLessThan(
            1e-3 * (1 + Math.abs(value)),
          );
      }
    });
    runs.webgpu.samples.forEach((v, i) => expect(Math.abs(v - runs.cpu.samples[i]!)).toBeLessThan(1e-3));
  });
});

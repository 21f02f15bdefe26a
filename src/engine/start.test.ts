import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { DmdError } from '../errors.ts';
import { startEngine } from './start.ts';

const require = createRequire(import.meta.url);
const isInstalled = (name: string) => {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
};
const tensorflow = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].filter(isInstalled);

const failureOf = (promise: Promise<unknown>): Promise<DmdError> =>
  promise.then(
    () => expect.fail('it started'),
    (error: unknown) => error as DmdError,
  );

describe('startEngine', () => {
  test('starts onnx on the CPU by default, and says so', async () => {
    const running = await startEngine({ threads: 1 });
    expect(running).toMatchObject({ engine: 'onnx', device: 'CPU, 1 thread', threads: 1 });
    expect(running.reason).toContain('default');
    expect(running.runtime).toMatch(/^onnxruntime-node \d+\.\d+\.\d+, (blocks of (8|16)|standard kernels)$/);
    expect(tf.getBackend()).toBe('onnx');
    expect([...(await tf.add(tf.tensor1d([1, 2]), 1).data())]).toEqual([2, 3]);
  });

  test.skipIf(tensorflow.length > 0)(
    'names both packages of tensorflow when none is installed, and what to do',
    async () => {
      const before = (await startEngine({ engine: 'cpu' })).engine;
      vi.stubEnv('DMD_LAB_TENSORFLOW', '');
      const error = await failureOf(startEngine({ engine: 'tensorflow' }));
      vi.unstubAllEnvs();
      expect(error).toBeInstanceOf(DmdError);
      expect(error.exitCode).toBe(1);
      for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
        expect(error.message).toContain(`${name}: `);
        expect(error.message).toContain(`npm install ${name}`);
      }
      expect(error.message).not.toContain('\n');
      expect(tf.getBackend()).toBe(before);
    },
  );

  test('says what a device that does not work needs', async () => {
    // DirectML is part of Windows alone, CUDA of Linux and Windows
    const device = process.platform === 'win32' ? 'cuda' : 'dml';
    const error = await failureOf(startEngine({ engine: 'onnx', device }));
    expect(error).toBeInstanceOf(DmdError);
    expect(error.exitCode).toBe(1);
    expect(error.message).toContain(`\`${device}\``);
    expect(error.message).toContain('It needs');
    expect(error.message).toContain('--device cpu');
  });

  test('starts what the environment names, where nobody asked for another', async () => {
    vi.stubEnv('DMD_LAB_ENGINE', 'cpu');
    expect(await startEngine()).toMatchObject({ engine: 'cpu', reason: expect.stringContaining('DMD_LAB_ENGINE') });
    vi.stubEnv('DMD_LAB_DEVICE', 'cpu');
    const onnx = await startEngine({ engine: 'onnx', threads: 1 });
    expect(onnx).toMatchObject({ engine: 'onnx', reason: expect.stringMatching(/^asked for; .*DMD_LAB_DEVICE/) });
    vi.stubEnv('DMD_LAB_DEVICE', 'tpu');
    const error = await failureOf(startEngine({ engine: 'onnx' }));
    expect([error.exitCode, error.message]).toEqual([
      2,
      expect.stringContaining('`tpu` (from the variable DMD_LAB_DEVICE)'),
    ]);
    vi.unstubAllEnvs();
  });

  test('refuses engines and devices that it does not know', async () => {
    const engine = await failureOf(startEngine({ engine: 'torch' as never }));
    expect(engine.exitCode).toBe(2);
    expect(engine.message).toContain('`torch`');
    expect(engine.message).toContain('onnx, tensorflow, cpu');
    const device = await failureOf(startEngine({ engine: 'onnx', device: 'tpu' as never }));
    expect(device.exitCode).toBe(2);
    expect(device.message).toContain('`tpu`');
    expect(device.message).toContain('webgpu');
  });
});

/**
 * Starts the engine that runs TensorFlow.js programs.
 */
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import './gradients.ts';
import type { Provider } from './session/session.ts';

export type EngineName = 'onnx' | 'tensorflow' | 'cpu';

export interface EngineOptions {
  /** Default `onnx`. */
  engine?: EngineName;
  /** Where the onnx engine computes; default `cpu`. */
  device?: Provider;
  /** CPU threads; default: all cores. */
  threads?: number;
}

/** Makes `engine` the one that TensorFlow.js uses from here on. */
export async function startEngine({ engine = 'onnx', device = 'cpu', threads }: EngineOptions = {}): Promise<void> {
  if (engine === 'cpu') {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    return;
  }
  const { OnnxBackend } = await import('./record/backend.ts');
  const { registerKernels } = await import('./record/kernels/register.ts');
  const { BACKEND } = await import('./record/kernels/registry.ts');
  registerKernels();
  if (tf.findBackend(BACKEND)) tf.removeBackend(BACKEND);
  tf.registerBackend(
    BACKEND,
    () =>
      new OnnxBackend({
        provider: device,
        threads: threads ?? availableParallelism(),
        block: device === 'cpu' ? Number(process.env.BLOCK ?? 16) : 0,
      }),
    3,
  );
  await tf.setBackend(BACKEND);
}

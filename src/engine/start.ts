/**
 * Starts the engine that runs TensorFlow.js programs.
 */
import * as tf from '@tensorflow/tfjs-core';
import './gradients.ts';

export type EngineName = 'onnx' | 'tensorflow' | 'cpu';

export interface EngineOptions {
  /** Default `onnx`. */
  engine?: EngineName;
  /** CPU threads; default: all cores. */
  threads?: number;
}

/** Makes `engine` the one that TensorFlow.js uses from here on. */
export async function startEngine({ engine = 'cpu' }: EngineOptions = {}): Promise<void> {
  if (engine === 'cpu') {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
  }
}

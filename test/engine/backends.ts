/** The backends that the engine's tests compare: TensorFlow.js' cpu kernels, and the onnx engine with a given channel block. */
import * as tf from '@tensorflow/tfjs-core';
import { OnnxBackend } from '../../src/engine/record/backend.ts';
import { registerKernels } from '../../src/engine/record/kernels/register.ts';
import { BACKEND } from '../../src/engine/record/kernels/registry.ts';
import { findBlock } from '../../src/engine/session/block.ts';
import { startEngine } from '../../src/engine/start.ts';

/** TensorFlow.js' own kernels, the reference. */
export const useReference = () => startEngine({ engine: 'cpu' });

/** A fresh onnx engine on one CPU thread. Block 0: without ONNX Runtime's blocked kernels. */
export async function useOnnx(block: number): Promise<OnnxBackend> {
  registerKernels();
  if (tf.findBackend(BACKEND)) tf.removeBackend(BACKEND);
  tf.registerBackend(BACKEND, () => new OnnxBackend({ provider: 'cpu', threads: 1, block }));
  await tf.setBackend(BACKEND);
  return tf.backend() as OnnxBackend;
}

/** The blocks that work on this CPU, 0 among them. */
export const workingBlocks = (): number[] => [...new Set([findBlock().block, 0])];

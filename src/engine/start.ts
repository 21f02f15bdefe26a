/**
 * Starts the engine that runs TensorFlow.js programs, and says which one it is and why.
 */
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../errors.ts';
import './gradients.ts';
import type { Provider } from './session/session.ts';

const engines = ['auto', 'onnx', 'tensorflow', 'cpu'] as const;
const devices = ['auto', 'cpu', 'webgpu', 'cuda', 'dml'] as const satisfies readonly (Provider | 'auto')[];

export type EngineName = Exclude<(typeof engines)[number], 'auto'>;

export interface EngineOptions {
  /** Default `auto`: onnx. */
  engine?: EngineName | 'auto';
  /** Where the onnx engine computes. Default `auto`: the CPU. */
  device?: Provider | 'auto';
  /** CPU threads; default: all cores. */
  threads?: number;
}

/** The engine that runs. */
export interface RunningEngine {
  readonly engine: EngineName;
  /** For people: the processor and what of it is used. */
  readonly device: string;
  /** Why this engine and device, and what to know about it. */
  readonly reason: string;
  readonly threads: number;
  /** What computes, with its version: the same one gives the same numbers, bit for bit. */
  readonly runtime: string;
}

/**
 * Makes `engine` the one that TensorFlow.js uses from here on. A usage error when there is no such engine or device, a
 * failure that names the remedy when it does not work on this machine.
 */
export async function startEngine(options: EngineOptions = {}): Promise<RunningEngine> {
  const { engine = 'auto', device = 'auto', threads = availableParallelism() } = options;
  requireKnown('engine', engine, engines);
  requireKnown('device', device, devices);
  switch (engine) {
    case 'cpu':
      return startReference();
    case 'tensorflow':
      return startTensorflow(threads);
    default:
      return startOnnx(device, threads, engine === 'auto' ? 'the default engine' : 'asked for');
  }
}

function requireKnown(what: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw usageError(`There is no ${what} \`${value}\`. Choose one of ${known.join(', ')}.`);
}

async function startReference(): Promise<RunningEngine> {
  // Silences the advertisement that tfjs prints when its cpu backend runs in Node
  tf.env().set('IS_NODE', false);
  const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  const reason = "asked for; TensorFlow.js' reference kernels, two orders of magnitude slower than the engine `onnx`";
  return { engine: 'cpu', device: 'CPU, one thread', reason, threads: 1, runtime: `tfjs-backend-cpu ${version_cpu}` };
}

async function startTensorflow(threads: number): Promise<RunningEngine> {
  const { loadTensorflow } = await import('./tensorflow.ts');
  const { name, version } = await loadTensorflow();
  await tf.setBackend('tensorflow');
  const device = name.endsWith('-gpu') ? 'as TensorFlow chose, a CUDA GPU where it found one' : 'CPU';
  const reason = `asked for; ${name} is installed`;
  return { engine: 'tensorflow', device, reason, threads, runtime: `${name} ${version}` };
}

async function startOnnx(device: Provider | 'auto', threads: number, why: string): Promise<RunningEngine> {
  const { OnnxBackend } = await import('./record/backend.ts');
  const { registerKernels } = await import('./record/kernels/register.ts');
  const { BACKEND } = await import('./record/kernels/registry.ts');
  const { findBlock } = await import('./session/block.ts');
  const { checkProvider } = await import('./session/provider.ts');
  const { onnxRuntimeVersion } = await import('./session/session.ts');
  const provider = device === 'auto' ? 'cpu' : device;
  checkProvider(provider);
  const { block, reason } =
    provider === 'cpu' ? findBlock() : { block: 0, reason: `provider \`${provider}\` asked for` };
  registerKernels();
  if (tf.findBackend(BACKEND)) tf.removeBackend(BACKEND);
  tf.registerBackend(BACKEND, () => new OnnxBackend({ provider, threads, block }));
  await tf.setBackend(BACKEND);
  return {
    engine: 'onnx',
    device: provider === 'cpu' ? `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : provider,
    reason: `${why}; ${reason}`,
    threads,
    runtime: `onnxruntime-node ${onnxRuntimeVersion()}, ${block > 0 ? `blocks of ${block}` : 'standard kernels'}`,
  };
}

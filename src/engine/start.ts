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
  /** Default `auto`: what the variable DMD_LAB_ENGINE says, else onnx. */
  engine?: EngineName | 'auto';
  /** Where the onnx engine computes. Default `auto`: what DMD_LAB_DEVICE says, else a GPU that works, else the CPU. */
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
  const { threads = availableParallelism() } = options;
  const engine = chosen<EngineName>('engine', options.engine, engines);
  const device = chosen<Provider>('device', options.device, devices);
  switch (engine.name) {
    case 'cpu':
      return startReference(engine.why);
    case 'tensorflow':
      return startTensorflow(threads, engine.why);
    default:
      return startOnnx(device, threads, engine.name === 'auto' ? 'the default engine' : engine.why);
  }
}

interface Chosen<T> {
  readonly name: T | 'auto';
  /** Who chose it, for people. */
  readonly why: string;
}

/** What was asked for, else what the environment says. A usage error when that is none of `known`. */
function chosen<T extends string>(
  what: 'engine' | 'device',
  asked: T | 'auto' = 'auto',
  known: readonly (T | 'auto')[],
): Chosen<T> {
  const variable = `DMD_LAB_${what.toUpperCase()}`;
  const isAsked = asked !== 'auto';
  const name = isAsked ? asked : process.env[variable] || 'auto';
  const where = isAsked ? '' : ` (from the variable ${variable})`;
  if (!isAmong(known, name))
    throw usageError(`There is no ${what} \`${name}\`${where}. Choose one of ${known.join(', ')}.`);
  return { name, why: isAsked ? 'asked for' : `named by ${variable}` };
}

const isAmong = <T extends string>(known: readonly T[], name: string): name is T =>
  (known as readonly string[]).includes(name);

async function startReference(why: string): Promise<RunningEngine> {
  // Silences the advertisement that tfjs prints when its cpu backend runs in Node
  tf.env().set('IS_NODE', false);
  const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  const reason = `${why}; TensorFlow.js' reference kernels, two orders of magnitude slower than the engine \`onnx\``;
  return { engine: 'cpu', device: 'CPU, one thread', reason, threads: 1, runtime: `tfjs-backend-cpu ${version_cpu}` };
}

async function startTensorflow(threads: number, why: string): Promise<RunningEngine> {
  const { loadTensorflow } = await import('./tensorflow.ts');
  const { name, version } = loadTensorflow(threads);
  await tf.setBackend('tensorflow');
  const device = name.endsWith('-gpu') ? 'as TensorFlow chose, a CUDA GPU where it found one' : cpu(threads);
  const reason = `${why}; ${name} is installed`;
  return { engine: 'tensorflow', device, reason, threads, runtime: `${name} ${version}` };
}

async function startOnnx(device: Chosen<Provider>, threads: number, why: string): Promise<RunningEngine> {
  const { OnnxBackend } = await import('./record/backend.ts');
  const { registerKernels } = await import('./record/kernels/register.ts');
  const { BACKEND } = await import('./record/kernels/registry.ts');
  const { findBlock } = await import('./session/block.ts');
  const { checkProvider } = await import('./session/provider.ts');
  const { onnxRuntimeVersion } = await import('./session/session.ts');
  const { provider, reason: whyThere } =
    device.name === 'auto'
      ? (await import('./choose-device.ts')).chooseDevice()
      : { provider: device.name, reason: `its device ${device.why}` };
  checkProvider(provider);
  const { block, reason } = provider === 'cpu' ? findBlock() : { block: 0, reason: 'standard operations' };
  registerKernels();
  if (tf.findBackend(BACKEND)) tf.removeBackend(BACKEND);
  tf.registerBackend(BACKEND, () => new OnnxBackend({ provider, threads, block }));
  await tf.setBackend(BACKEND);
  return {
    engine: 'onnx',
    device: provider === 'cpu' ? cpu(threads) : provider,
    reason: [why, whyThere, reason].join('; '),
    threads,
    runtime: `onnxruntime-node ${onnxRuntimeVersion()}, ${block > 0 ? `blocks of ${block}` : 'standard kernels'}`,
  };
}

const cpu = (threads: number) => `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

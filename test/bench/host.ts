/**
 * Tensors on the host: one set of numbers that our engine and the peer both load.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../../src/networks/denoiser.ts';
import type { Random } from '../../src/random.ts';

export interface HostTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** N(0, scale²). */
export function noise(random: Random, shape: readonly number[], scale = 1): HostTensor {
  return { shape, values: random.normal(tf.util.sizeFromShape([...shape])).map((v) => v * scale) };
}

export function vector(values: Float32Array | Int32Array): HostTensor {
  return { shape: [values.length], values };
}

/** `params` as host tensors; the tensors themselves are disposed. */
export async function download(params: Params): Promise<HostTensors> {
  const tensors: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(params)) {
    tensors[name] = { shape: tensor.shape, values: (await tensor.data()) as Float32Array };
  }
  tf.dispose(params);
  return tensors;
}

/** A tensor of the running engine. The caller disposes it. */
export function upload<T extends tf.Tensor>({ shape, values }: HostTensor): T {
  return tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32') as T;
}

export function uploadAll(tensors: HostTensors): Params {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, upload(t)]));
}

/** `tensors` under names that begin with `prefix` and a slash. */
export function prefixed(prefix: string, tensors: HostTensors): HostTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [`${prefix}/${name}`, t]));
}

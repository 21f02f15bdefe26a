/**
 * Weights in files: safetensors, float32, each tensor in its own layout, which the metadata states.
 */
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import writeFileAtomic from 'write-file-atomic';
import { failure, usageError, messageOf } from '../errors.ts';
import type { Params } from './denoiser.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts';

/** Convolutions [height, width, in, out], matrices [in, out]: what `metadata.layout` says of files written here. */
const layout = 'HWIO';

/** The bytes of a safetensors file of `params`, which stay the caller's, and `metadata`. */
export async function encodeWeights(
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of Object.entries(params)) {
    tensors.set(name, { shape: tensor.shape, values: (await tensor.data()) as Float32Array });
  }
  return encodeSafetensors({ tensors, metadata: { format: 'dmd-lab', layout, ...metadata } });
}

/** Weights and texts of a file; the caller disposes the weights. */
export interface LoadedWeights {
  params: Params;
  metadata: Readonly<Record<string, string>>;
}

/** The weights in the safetensors file `bytes`; `source` names it in errors. */
export function decodeWeights(bytes: Uint8Array, source: string): LoadedWeights {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const params = Object.fromEntries(
    [...tensors].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape], 'float32')]),
  );
  return { params, metadata };
}

/** Writes `params` to the file `path`, which is replaced whole or not at all. */
export async function saveWeights(
  path: string,
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = await encodeWeights(params, metadata);
  try {
    await writeFileAtomic(path, Buffer.from(bytes.buffer));
  } catch (cause) {
    throw failure(`The weights could not be written to \`${path}\`: ${messageOf(cause)}.`, cause);
  }
}

/** The weights in the file `path`. A file that cannot be opened is a usage error, an unsound one a failure. */
export async function loadWeights(path: string): Promise<LoadedWeights> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw usageError(
      `The weights \`${path}\` cannot be read: ${messageOf(cause)}. Give the path of a safetensors file.`,
      cause,
    );
  }
  return decodeWeights(bytes, path);
}

/**
 * Networks in files: what rebuilds a network is stored beside its weights.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { failure, usageError } from '../errors.ts';
import { Random } from '../random.ts';
import type { DenoiserNetwork, NetworkArchitecture, Params } from './denoiser.ts';
import { mlp } from './mlp.ts';
import { unet } from './unet.ts';
import { loadWeights, saveWeights, type LoadedWeights } from './weights.ts';

const kinds: Readonly<Record<string, (options: NetworkArchitecture['options']) => DenoiserNetwork>> = { mlp, unet };

const Architecture = z.strictObject({ kind: z.string(), options: z.record(z.string(), z.unknown()) });

/** The network that `architecture` describes; `source` names in errors where it came from. */
export function buildNetwork({ kind, options }: NetworkArchitecture, source = 'the architecture'): DenoiserNetwork {
  const build = Object.hasOwn(kinds, kind) ? kinds[kind]! : undefined;
  if (!build) {
    throw usageError(`${source} names a network \`${kind}\`; known are ${Object.keys(kinds).join(' and ')}.`);
  }
  try {
    return build(options);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw usageError(`${source} has options that make no ${kind}: ${z.prettifyError(cause)}`, cause);
  }
}

/** Writes `network` with the weights `params`, which stay the caller's, and more texts to the safetensors file `path`. */
export async function saveNetwork(
  path: string,
  network: DenoiserNetwork,
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await saveWeights(path, params, { ...metadata, architecture: JSON.stringify(network.architecture) });
}

/** The network in the safetensors file `path` and its weights, checked against it; the caller disposes them. */
export async function loadNetwork(path: string): Promise<LoadedWeights & { network: DenoiserNetwork }> {
  const { params, metadata } = await loadWeights(path);
  try {
    const source = `\`${path}\``;
    const network = buildNetwork(architectureOf(metadata, source), source);
    return { network, metadata, params: matchWeights(network, params, source) };
  } catch (error) {
    tf.dispose(params);
    throw error;
  }
}

/** The architecture that a file's metadata holds. */
export function architectureOf(metadata: Readonly<Record<string, string>>, source: string): NetworkArchitecture {
  const text = metadata['architecture'];
  if (text === undefined) {
    throw usageError(`${source} does not say which network its weights belong to; give a file that dmd-lab wrote.`);
  }
  try {
    return Architecture.parse(JSON.parse(text));
  } catch (cause) {
    throw failure(`${source} describes its network by \`${text.slice(0, 80)}\`, which is not understood.`, cause);
  }
}

/** `params` in the network's own order; a name or shape that is not the network's is a failure. */
export function matchWeights(network: DenoiserNetwork, params: Params, source: string): Params {
  const own = network.init(Random.fromSeed(0));
  const expected = Object.entries(own).map(([name, tensor]) => [name, tensor.shape] as const);
  tf.dispose(own);

  const extra = Object.keys(params).find((name) => !Object.hasOwn(own, name));
  if (extra !== undefined) throw failure(`${source} has weights \`${extra}\` that its network does not know.`);
  return Object.fromEntries(
    expected.map(([name, shape]) => {
      const tensor = Object.hasOwn(params, name) ? params[name]! : undefined;
      if (!tensor) throw failure(`${source} lacks the weights \`${name}\` of its network.`);
      if (tensor.shape.join() !== shape.join()) {
        throw failure(
          `${source} has weights \`${name}\` of shape \`[${tensor.shape.join(', ')}]\` where its network has [${shape.join(', ')}].`,
        );
      }
      return [name, tensor];
    }),
  );
}

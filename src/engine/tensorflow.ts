/**
 * The `tensorflow` engine: TensorFlow's own library through @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node, where the
 * user has installed one: beside this package, in the folder that DMD_LAB_TENSORFLOW names, or where the command runs.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { failure } from '../errors.ts';

const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

export const TENSORFLOW_HELP =
  'Install one with `npm install @tensorflow/tfjs-node-gpu` (CUDA 11.2) or `npm install @tensorflow/tfjs-node` (CPU); ' +
  'their installation downloads libtensorflow, which some networks refuse.';

const require = createRequire(import.meta.url);

/** Where a package is the user's by all means. */
const ofTheUser = (): string[] => {
  const here = dirname(fileURLToPath(import.meta.url));
  const { DMD_LAB_TENSORFLOW: named } = process.env;
  return named ? [here, named] : [here];
};

/**
 * The package that only the folder has in which the command runs: whoever did not ask for it may not want to run what lies
 * there. Undefined where there is none, or another comes first.
 */
export function tensorflowOfFolder(): string | undefined {
  const find = (paths: string[]) => PACKAGES.find((name) => isThere(name, paths));
  return find(ofTheUser()) === undefined ? find([process.cwd()]) : undefined;
}

function isThere(name: string, paths: string[]): boolean {
  try {
    require.resolve(name, { paths });
    return true;
  } catch {
    return false;
  }
}

/**
 * Loads the first package found, which registers its backend `tensorflow`; which one that is. A process keeps to the `threads`
 * of its first call.
 */
export function loadTensorflow(threads: number): { name: string; version: string } {
  // tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed, and util.isArray, of which Node 22 warns
  const legacy: Partial<Record<'isNullOrUndefined' | 'isArray', (v: unknown) => boolean>> = util;
  legacy.isNullOrUndefined ??= (v) => v === null || v === undefined;
  legacy.isArray = Array.isArray;
  // Otherwise TensorFlow takes all of the GPU's memory at once
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  // Otherwise it says on stderr what it was built for
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  // The package brings kernels for `cpu`, as we do: TensorFlow.js would warn of each
  tf.env().set('PROD', true);
  const paths = [...ofTheUser(), process.cwd()];
  const reasons: string[] = [];
  for (const name of PACKAGES) {
    try {
      require(require.resolve(name, { paths }));
      const { version } = require(require.resolve(`${name}/package.json`, { paths })) as { version: string };
      return { name, version };
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw failure(`The engine \`tensorflow\` is not there (${reasons.join('; ')}). ${TENSORFLOW_HELP}`);
}

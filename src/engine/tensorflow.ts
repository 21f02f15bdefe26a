/**
 * The `tensorflow` engine: TensorFlow's own library through @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node, where the
 * user has installed one.
 */
import { createRequire } from 'node:module';
import util from 'node:util';
import { failure } from '../errors.ts';

const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

export const TENSORFLOW_HELP =
  'Install one with `npm install @tensorflow/tfjs-node-gpu` (CUDA 11.2) or `npm install @tensorflow/tfjs-node` (CPU); ' +
  'their installation downloads libtensorflow, which some networks refuse.';

/** Loads the first package found, which registers its backend `tensorflow`; which one that is. */
export async function loadTensorflow(): Promise<{ name: string; version: string }> {
  // tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed
  const legacy = util as unknown as { isNullOrUndefined?: (v: unknown) => boolean };
  legacy.isNullOrUndefined ??= (v) => v === null || v === undefined;
  // Otherwise TensorFlow takes all of the GPU's memory at once
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  const reasons: string[] = [];
  for (const name of PACKAGES) {
    try {
      await import(name);
      const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
      return { name, version };
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message.split(/\n| imported from/)[0]}`);
    }
  }
  throw failure(`The engine \`tensorflow\` is not there (${reasons.join('; ')}). ${TENSORFLOW_HELP}`);
}

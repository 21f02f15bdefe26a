/** What must be there before TensorFlow.js' specs are declared: Jasmine's globals, every gradient, and one backend to test. */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '../../../../src/engine/gradients.ts';
import { OnnxBackend } from '../../../../src/engine/record/backend.ts';
import { registerKernels } from '../../../../src/engine/record/kernels/register.ts';
import { BACKEND, forbidFallbacks, loweredKernels } from '../../../../src/engine/record/kernels/registry.ts';
import { findBlock } from '../../../../src/engine/session/block.ts';

interface JasmineCore {
  boot(core: JasmineCore): { getEnv(): { configure(options: object): void } };
}

// Silences the advertisement that tfjs prints when its cpu backend runs in Node
tf.env().set('IS_NODE', false);
const core = createRequire(import.meta.url)('jasmine-core') as JasmineCore;
core.boot(core).getEnv().configure({ random: false });

const backendName = process.env.DMD_LAB_CONFORMANCE ?? BACKEND;
registerKernels();
if (backendName === BACKEND) {
  const { block } = findBlock();
  forbidFallbacks(loweredKernels());
  tf.registerBackend(BACKEND, () => new OnnxBackend({ provider: 'cpu', threads: 1, block }));
}
setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);

/** FEATURES.md: which engine computes which kernel of TensorFlow.js, from the engines' own registries. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { registerKernels } from '../../src/engine/record/kernels/register.ts';
import { loweredKernels } from '../../src/engine/record/kernels/registry.ts';
import { NOT_LOWERED } from './not-lowered.ts';

export function features(): string {
  registerKernels();
  const lowered = new Set(loweredKernels());
  const kernels = [...new Set(tf.getKernelsForBackend('cpu').map((k) => k.kernelName))].sort((a, b) =>
    a.replace('_', '').localeCompare(b.replace('_', ''), 'en'),
  );
  const why = new Map(Object.entries(NOT_LOWERED).flatMap(([reason, names]) => names.map((name) => [name, reason])));
  const rows = kernels.map((k) => `| ${k} | ${lowered.has(k) ? 'yes' : `as on \`cpu\`: ${why.get(k)}`} | yes |`);
  return `# Features by engine

Made by \`npm run features\`; a test holds it to the code.

- \`onnx\`: ${lowered.size} of TensorFlow.js' ${kernels.length} kernels are lowered to ONNX operations. The others run as TensorFlow.js' own cpu kernels, outside \`compile\` alone, as does whatever is given strings or complex numbers. The devices \`webgpu\`, \`cuda\` and \`dml\` run the same graphs; what a device has no operation for, ONNX Runtime computes on the CPU.
- \`cpu\`: TensorFlow.js' reference kernels.
- \`tensorflow\`: has the kernels of the \`@tensorflow/tfjs-node\` that is installed. Run on tfjs-node 4.22.0 with TensorFlow 2.9.1, which \`node test/engine/tensorflow/build.mjs\` builds (Linux x64, CPU; \`npm test\` then tests it): \`distill --teacher two-modes --seed 1\` ends at a KL of 0.0195 with shares of 0.502 and 0.498, where \`onnx\` has 0.0197, 0.502 and 0.498, and its steps of distribution matching take 45 ms instead of 20; of \`mnist\` at batch 32 they take 1.3 to 2.0 s, where \`onnx\` needs 0.47 s, and losses agree to six digits. tfjs-node-gpu was not run by us.

\`npm run test:conformance\` runs TensorFlow.js' own specs on \`onnx\`.

| kernel | \`onnx\` | \`cpu\` |
|---|---|---|
${rows.join('\n')}
`;
}

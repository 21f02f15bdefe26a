/**
 * Whether an execution provider of ONNX Runtime works on this machine: it runs a graph of one addition.
 */
import { failure } from '../../errors.ts';
import { Value } from '../graph/graph.ts';
import { add } from '../graph/ops.ts';
import { BufferPool, cpuTensor } from './pool.ts';
import { Program } from './program.ts';
import { briefly } from './run-failure.ts';
import type { Provider } from './session.ts';

/** What each provider needs, and what to do without it. */
export const REMEDIES: Record<Provider, string> = {
  cpu: 'Reinstall with `npm ci`.',
  webgpu: 'It needs a GPU with a Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows) driver. Use `--device cpu`.',
  cuda:
    'It needs Linux x64, CUDA 12 and `ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install`. ' +
    'Use `--device cpu`.',
  dml: 'It needs Windows with a Direct3D 12 GPU. Use `--device cpu`.',
};

/** Throws a failure that names the provider, what it said and the remedy. */
export function checkProvider(provider: Provider): void {
  const x = new Value('float32', [4]);
  try {
    const program = new Program(
      { inputs: [x], outputs: [add(x, x)] },
      { provider, threads: 1, block: 0 },
      { outputsOnDevice: false },
    );
    const [sum] = program.run([cpuTensor('float32', Float32Array.of(1, 2, 3, 4), [4])], new BufferPool());
    const values = Array.from(sum!.data as Float32Array);
    program.dispose();
    if (values.join() !== '2,4,6,8') throw new Error(`it computed [${values.join(', ')}] for [2, 4, 6, 8]`);
  } catch (cause) {
    // what the program says already
    const said = briefly(((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message);
    throw failure(
      `The device \`${provider}\` of the engine \`onnx\` does not work: ${said}. ${REMEDIES[provider]}`,
      cause,
    );
  }
}

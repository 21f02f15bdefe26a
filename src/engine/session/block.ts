/**
 * The channel block of ONNX Runtime's blocked CPU kernels: 16 with AVX-512, 8 elsewhere. Nothing reports it, and a wrong
 * guess gives wrong numbers, so each candidate computes a small convolution and both its gradients, which the standard
 * operations compute as well; the first that agrees is the block.
 */
import { type Graph, Value } from '../graph/graph.ts';
import { node } from '../graph/ops.ts';
import { BufferPool, cpuTensor } from './pool.ts';
import { optimizedFor, Program, type Target } from './program.ts';

const CANDIDATES = [16, 8];
/** Largest difference allowed, where the results are of order 1. */
const TOLERANCE = 1e-3;

export interface BlockFound {
  /** 0 where no candidate agreed: the standard operations serve. */
  readonly block: number;
  readonly reason: string;
}

export function findBlock(): BlockFound {
  const failures: string[] = [];
  const reference = compute(0);
  for (const block of CANDIDATES) {
    try {
      const difference = largestDifference(compute(block), reference);
      if (difference <= TOLERANCE)
        return { block, reason: `blocked kernels with blocks of ${block} channels, checked` };
      failures.push(`block ${block}: differs by ${difference.toPrecision(2)}`);
    } catch (error) {
      failures.push(`block ${block}: ${(error as Error).message}`);
    }
  }
  return { block: 0, reason: `standard kernels, since the blocked ones failed their check (${failures.join('; ')})` };
}

function compute(block: number): Float32Array[] {
  // more images than the filter gradient puts into one group
  const [n, size, channels] = [20, 6, 32];
  const image = [n, size, size, channels];
  const x = new Value('float32', image);
  const filter = new Value('float32', [3, 3, channels, channels]);
  const window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] };
  const y = node('Conv2D', [x, filter], 'float32', image, window, 'dmd');
  const dx = node('Conv2DGradInput', [y, filter], 'float32', image, window, 'dmd');
  const dw = node('Conv2DGradFilter', [x, y], 'float32', filter.shape, window, 'dmd');
  const graph: Graph = { inputs: [x, filter], outputs: [y, dx, dw] };
  const target: Target = { provider: 'cpu', threads: 1, block };
  const program = new Program(optimizedFor(graph, target), target);
  const inputs = graph.inputs.map((v) =>
    // numbers of order 1 without a pattern that a permutation of channels would keep
    cpuTensor(
      'float32',
      Float32Array.from({ length: v.size }, (_, i) => Math.sin(i * i + 1) / 16),
      v.shape,
    ),
  );
  const results = program.run(inputs, new BufferPool()).map((t) => (t.data as Float32Array).slice());
  program.dispose();
  return results;
}

function largestDifference(a: Float32Array[], b: Float32Array[]): number {
  let largest = 0;
  a.forEach((values, i) => values.forEach((v, k) => (largest = Math.max(largest, Math.abs(v - b[i]![k]!)))));
  // NaN is no agreement
  return a.every((values) => values.every(Number.isFinite)) ? largest : Infinity;
}

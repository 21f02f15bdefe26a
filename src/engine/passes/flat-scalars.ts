/**
 * ONNX Runtime walks a broadcast element by element where the last axis has length 1, as that of grey images has, even when it
 * is a single number that is broadcast. Large tensors that meet a number are made flat for it.
 */
import { type Graph, type Node, rewrite, type Value } from '../graph/graph.ts';
import { node as make, reshape } from '../graph/ops.ts';

/** Elements from which two reshapes cost less than the walk. */
const LARGE = 1024;

const BINARY = new Set('Add Sub Mul Div Max Min Pow'.split(' '));

export function flatScalars(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => (isSlow(node) ? [flat(node, inputs as Value[])] : undefined));
}

function isSlow({ domain, op, inputs, outputs }: Node): boolean {
  const [out] = outputs;
  if (domain !== '' || !BINARY.has(op) || out!.size < LARGE || out!.shape.at(-1) !== 1) return false;
  return inputs.some((v) => v!.size === 1) && inputs.some((v) => v!.size === out!.size);
}

function flat({ op, attributes, outputs: [out] }: Node, inputs: readonly Value[]): Value {
  const operands = inputs.map((v) => reshape(v, v.size === 1 ? [] : [v.size]));
  return reshape(make(op, operands, out!.type, [out!.size], attributes), out!.shape);
}

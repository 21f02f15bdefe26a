/**
 * The layout pass for CPUs. TensorFlow.js speaks NHWC; ONNX Runtime's CPU kernels are fastest in blocks of channels
 * (blocks.ts). Every value that is best computed blocked gets a blocked twin; its NHWC form is a transposition of the twin
 * that is only there if something still asks for it.
 */
import { type Graph, type Node, rewrite, type Value } from '../../graph/graph.ts';
import { blockedBinary, blockedUnary } from './elementwise.ts';
import { concatenation, padding, slicing } from './rearranging.ts';
import { reduction } from './reductions.ts';
import { spatial } from './spatial.ts';
import { Twins } from './twins.ts';

const UNARY = new Set(
  'Neg Abs Exp Log Sqrt Reciprocal Sigmoid Tanh Relu Sin Cos Erf Softplus Clip LeakyRelu Elu'.split(' '),
);
const BINARY = new Set('Add Sub Mul Div Max Min Pow'.split(' '));

export function blockedLayout(graph: Graph, block: number): Graph {
  const twins = new Twins(graph, block);
  return rewrite(graph, (node, inputs) => {
    const result = inBlocks(twins, node, inputs as Value[]);
    return result && [result];
  });
}

function inBlocks(twins: Twins, node: Node, inputs: Value[]): Value | undefined {
  if (node.domain === 'dmd') return node.outputs[0]!.size === 0 ? undefined : spatial(twins, node, inputs);
  if (node.domain !== '') return undefined;
  if (UNARY.has(node.op)) return blockedUnary(twins, node, inputs);
  if (BINARY.has(node.op)) return blockedBinary(twins, node, inputs);
  switch (node.op) {
    case 'ReduceSum':
    case 'ReduceMean':
      return reduction(twins, node, inputs[0]!);
    case 'Concat':
      return concatenation(twins, node, inputs);
    case 'Slice':
      return slicing(twins, node, inputs);
    case 'Pad':
      return padding(twins, inputs);
    default:
      return undefined;
  }
}

/**
 * TensorFlow.js' gradients broadcast by multiplying with a tensor of ones. An element-wise operation commutes with
 * broadcasting, so every `Expand`, and every constant whose elements are all alike, moves below it: the large tensor of
 * ones is never made, and what is done to a small tensor is done while it is small.
 */
import { type Graph, type Node, rewrite, sameShape, type Value } from '../graph/graph.ts';
import { broadcastShape, expand, node as make, scalar } from '../graph/ops.ts';

const ELEMENT_WISE = new Set(
  (
    'Add Sub Mul Div Pow Max Min And Or Xor Equal Greater GreaterOrEqual Less LessOrEqual Where ' +
    'Neg Abs Exp Log Sqrt Reciprocal Sigmoid Tanh Relu Sign Sin Cos Erf Softplus Floor Ceil Round Not Cast'
  ).split(' '),
);

export function broadcastFills(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => {
    if (node.domain !== '') return undefined;
    if (node.op === 'Expand') return [expand(beforeExpand(inputs[0]!), node.outputs[0]!.shape)];
    if (!ELEMENT_WISE.has(node.op)) return undefined;
    return [expandedLast(node, inputs as Value[])];
  });
}

function expandedLast(node: Node, inputs: readonly Value[]): Value {
  const { type, shape } = node.outputs[0]!;
  const small = inputs.map(beforeExpand);
  const neutral = withoutNeutral(node.op, small);
  if (neutral) return expand(neutral, shape);
  if (small.every((v, i) => v === node.inputs[i])) return node.outputs[0]!;
  const smallShape = small.map((v) => v.shape).reduce(broadcastShape);
  return expand(make(node.op, small, type, smallShape, node.attributes), shape);
}

/** What `v` is broadcast from; itself where it is not. */
function beforeExpand(v: Value): Value {
  if (v.producer?.op === 'Expand' && v.producer.domain === '') return v.producer.inputs[0]!;
  const first = v.constant?.[0];
  const isFill = v.size > 1 && first !== undefined && v.constant!.every((e: number | bigint) => Object.is(e, first));
  return isFill ? scalar(Number(first), v.type) : v;
}

/** x of x · 1, x / 1, x + 0 and x − 0, where the result has x's own shape or is broadcast from it. */
function withoutNeutral(op: string, inputs: readonly Value[]): Value | undefined {
  const isAll = (v: Value | undefined, value: number) =>
    v?.constant !== undefined && v.size === 1 && Number(v.constant[0]) === value;
  const [a, b] = inputs;
  if (!a || !b) return undefined;
  const neutral = op === 'Mul' || op === 'Div' ? 1 : op === 'Add' || op === 'Sub' ? 0 : undefined;
  if (neutral === undefined) return undefined;
  const keeps = (v: Value, other: Value) => sameShape(broadcastShape(v.shape, other.shape), v.shape);
  if (isAll(b, neutral) && keeps(a, b)) return a;
  if ((op === 'Mul' || op === 'Add') && isAll(a, neutral) && keeps(b, a)) return b;
  return undefined;
}

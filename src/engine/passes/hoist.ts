/**
 * What depends on nothing but inputs that stay the same is computed once, before the first run: filters in the order of the
 * blocked kernels, embeddings of one noise level. The last pass, and the only one that makes two graphs of one.
 */
import { type Graph, rewrite, topologicalOrder, Value } from '../graph/graph.ts';

export interface Hoisted {
  /** Of the fixed inputs alone. */
  readonly once: Graph;
  /** Takes all inputs of the graph, then what `once` computes. */
  readonly rest: Graph;
}

/** `fixed`: the inputs of `graph` that are the same in every run. */
export function hoist(graph: Graph, fixed: readonly Value[]): Hoisted {
  const steady = new Set(fixed);
  const order = topologicalOrder(graph.outputs);
  for (const node of order) {
    // an expansion would keep a large tensor for what a small one says
    if (node.op !== 'Expand' && node.inputs.every((v) => !v || v.constant || steady.has(v)))
      node.outputs.forEach((v) => steady.add(v));
  }
  const isComputed = (v: Value | undefined): v is Value => v?.producer !== undefined && steady.has(v);
  const asked = new Map<Value, Value>();
  const ask = (v: Value | undefined) => {
    if (isComputed(v) && !asked.has(v)) asked.set(v, new Value(v.type, v.shape));
  };
  for (const node of order) if (!node.outputs.some((v) => steady.has(v))) node.inputs.forEach(ask);
  graph.outputs.forEach(ask);
  const rest = rewrite(graph, (node) =>
    node.outputs.some((v) => asked.has(v)) ? node.outputs.map((v) => asked.get(v) ?? v) : undefined,
  );
  return {
    once: { inputs: fixed, outputs: [...asked.keys()] },
    rest: { inputs: [...graph.inputs, ...asked.values()], outputs: rest.outputs },
  };
}

/**
 * What depends on nothing but inputs that stay the same is computed once, before the first run: filters in the order of the
 * blocked kernels, embeddings of one noise level. The last pass, and the only one that makes two graphs of one.
 */
import { type Elements, type Graph, rewrite, topologicalOrder, Value } from '../graph/graph.ts';

export interface Hoisted {
  /** Of the fixed inputs alone. */
  readonly once: Graph;
  /** Takes the inputs of the graph, and has as constants what `once` computed. */
  readonly rest: (computed: readonly Elements[]) => Graph;
}

/** Numbers that may become constants: an ONNX file ends at 2 GB, and while it is made they are in memory three times. */
const MOST = 2 ** 26;

/** `fixed`: the inputs of `graph` that are the same in every run. Where more than `most` numbers were kept, none are. */
export function hoist(graph: Graph, fixed: readonly Value[], most = MOST): Hoisted {
  const steady = new Set(fixed);
  const order = topologicalOrder(graph.outputs);
  for (const node of order) {
    // an expansion would keep a large tensor for what a small one says
    if (node.op !== 'Expand' && node.inputs.every((v) => !v || v.constant || steady.has(v)))
      node.outputs.forEach((v) => steady.add(v));
  }
  const asked = new Set<Value>();
  const ask = (v: Value | undefined) => {
    if (v?.producer && steady.has(v)) asked.add(v);
  };
  for (const node of order) if (!node.outputs.some((v) => steady.has(v))) node.inputs.forEach(ask);
  graph.outputs.forEach(ask);
  const outputs = [...asked];
  if (outputs.reduce((sum, v) => sum + v.size, 0) > most)
    return { once: { inputs: fixed, outputs: [] }, rest: () => graph };
  return {
    once: { inputs: fixed, outputs },
    rest: (computed) => {
      const constants = new Map(
        outputs.map((v, i) => [v, new Value(v.type, v.shape, { constant: computed[i]! })] as const),
      );
      return rewrite(graph, (node) =>
        node.outputs.some((v) => constants.has(v)) ? node.outputs.map((v) => constants.get(v) ?? v) : undefined,
      );
    },
  };
}

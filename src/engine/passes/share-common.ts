/**
 * Common subexpressions: a node that repeats another, with the same operation, inputs and attributes, becomes it.
 */
import { type Graph, type Node, rewrite, type Value, withInputs } from '../graph/graph.ts';

export function shareCommon(graph: Graph): Graph {
  const known = new Map<string, readonly Value[]>();
  const numbers = new Map<Value, number>();
  const numberOf = (v: Value): number => {
    let n = numbers.get(v);
    if (n === undefined) numbers.set(v, (n = numbers.size));
    return n;
  };
  const reference = (v: Value | undefined): string =>
    !v
      ? '_'
      : v.constant && v.constant.length <= 64
        ? `${v.type}${v.shape.join()}{${v.constant.join()}}`
        : String(numberOf(v));
  const keyOf = (node: Node, inputs: readonly (Value | undefined)[]): string =>
    // the size of an enlargement stands in its output alone
    `${node.domain}.${node.op}(${inputs.map(reference).join(';')})${JSON.stringify(node.attributes)}${node.outputs.map((v) => v.shape.join()).join(';')}`;
  return rewrite(graph, (node, inputs) => {
    const key = keyOf(node, inputs);
    let outputs = known.get(key);
    if (!outputs) known.set(key, (outputs = withInputs(node, inputs).outputs));
    return outputs;
  });
}

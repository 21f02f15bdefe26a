/**
 * The structure of a graph as a string: two graphs with one signature compute the same function of their inputs.
 */
import type { Attribute, Graph, Node, Value } from '../graph/graph.ts';

const attribute = (a: Attribute): string =>
  typeof a === 'object' && !Array.isArray(a) ? JSON.stringify(a) : String(a);

/** `order` is the graph's nodes, producers first. */
export function signature(graph: Graph, order: readonly Node[]): string {
  const numbers = new Map<Value, number>();
  const parts: string[] = [];
  for (const v of graph.inputs) {
    numbers.set(v, numbers.size);
    parts.push(`${v.type}${v.shape.join()}`);
  }
  const reference = (v: Value | undefined): string =>
    !v ? '_' : v.constant ? `${v.type}${v.shape.join()}{${v.constant.join()}}` : String(numbers.get(v));
  for (const node of order) {
    for (const v of node.outputs) numbers.set(v, numbers.size);
    const attributes = Object.entries(node.attributes).map(([k, a]) => `${k}=${attribute(a)}`);
    parts.push(`${node.op}(${node.inputs.map(reference).join()})${attributes.join()}:${node.outputs[0]!.shape.join()}`);
  }
  parts.push(graph.outputs.map(reference).join());
  return parts.join(';');
}

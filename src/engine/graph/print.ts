/** A graph as text, a line a node, for dumps and for the golden files of the passes. */
import { type Attribute, type Graph, topologicalOrder, type Value } from './graph.ts';

const shape = (v: Value): string => `${v.type}[${v.shape.join(',')}]`;

function attribute(a: Attribute): string {
  if (typeof a !== 'object') return String(a);
  return Array.isArray(a) ? `[${(a as number[]).join(',')}]` : String((a as { float: number }).float);
}

export function printGraph(graph: Graph): string {
  const names = new Map<Value, string>();
  const lines: string[] = [];
  const name = (v: Value | undefined): string => {
    if (!v) return '_';
    if (v.constant) return v.constant.length <= 8 ? `{${v.constant.join(',')}}` : `const:${shape(v)}`;
    let known = names.get(v);
    if (!known) names.set(v, (known = `%${names.size}`));
    return known;
  };
  graph.inputs.forEach((v) => lines.push(`input ${name(v)}: ${shape(v)}`));
  for (const node of topologicalOrder(graph.outputs)) {
    const inputs = node.inputs.map(name).join(', ');
    const attributes = Object.entries(node.attributes).map(([k, a]) => ` ${k}=${attribute(a)}`);
    const op = node.domain ? `${node.domain}.${node.op}` : node.op;
    const outputs = node.outputs.map((v) => `${name(v)}: ${shape(v)}`).join(', ');
    lines.push(`${outputs} = ${op}(${inputs})${attributes.join('')}`);
  }
  lines.push(`output ${graph.outputs.map(name).join(', ')}`);
  return lines.join('\n') + '\n';
}

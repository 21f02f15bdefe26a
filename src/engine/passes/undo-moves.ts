/**
 * What is put together and taken apart again, or the other way round: a slice of a concatenation that is whole parts of it,
 * and a concatenation of all slices of a value, move nothing.
 */
import { type Graph, type Node, rewrite, type Value } from '../graph/graph.ts';
import { concat, rangeOf } from '../graph/ops.ts';

export function undoMoves(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => {
    const undone = node.domain === '' ? undo(node, inputs as Value[]) : undefined;
    return undone && [undone];
  });
}

function undo(node: Node, inputs: readonly Value[]): Value | undefined {
  if (node.op === 'Slice') return slicedParts(node, inputs[0]!);
  return node.op === 'Concat' ? whole(inputs, node) : undefined;
}

/** The parts of the concatenation `x` that the slice takes, when it takes no part of one. */
function slicedParts(slice: Node, x: Value): Value | undefined {
  const { producer } = x;
  const range = rangeOf(slice);
  if (!range || producer?.op !== 'Concat' || producer.attributes.axis !== range.axis) return undefined;
  const taken: Value[] = [];
  let at = 0;
  for (const part of producer.inputs as Value[]) {
    const next = at + part.shape[range.axis]!;
    if (at >= range.start && next <= range.end) taken.push(part);
    else if (next > range.start && at < range.end) return undefined;
    at = next;
  }
  return taken.length > 0 ? concat(taken, range.axis) : undefined;
}

/** The value whose slices, one behind the other and to its end, are put together. */
function whole(parts: readonly Value[], { attributes: { axis } }: Node): Value | undefined {
  let at = 0;
  let source: Value | undefined;
  for (const { producer } of parts) {
    if (producer?.op !== 'Slice' || producer.domain !== '') return undefined;
    const range = rangeOf(producer);
    const [x] = producer.inputs;
    if (!range || range.axis !== axis || range.start !== at || (source && x !== source)) return undefined;
    source = x;
    at = range.end;
  }
  return source && at === source.shape[axis as number] ? source : undefined;
}

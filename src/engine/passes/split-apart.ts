/**
 * A split into many parts as slices, for devices: WebGPU writes at most a dozen results in one operation.
 */
import { type Graph, rewrite } from '../graph/graph.ts';
import { slice } from '../graph/ops.ts';

export function splitApart(graph: Graph): Graph {
  return rewrite(graph, ({ op, domain, attributes, outputs }, [x]) => {
    if (op !== 'Split' || domain !== '') return undefined;
    const axis = attributes.axis as number;
    let at = 0;
    return outputs.map(({ shape }) => {
      const end = at + shape[axis]!;
      const part = slice(x!, [at], [end], [axis]);
      at = end;
      return part;
    });
  });
}

/**
 * Which values of a graph have a blocked twin, and how that was made.
 */
import { countUses, type Graph, type Node, type Value } from '../../graph/graph.ts';
import { fromBlocked, toBlocked, type Shape4D } from './blocks.ts';
import type { Fused } from './convolution.ts';

/** How a blocked value was made, so that what follows can be fused into it. */
export type Maker =
  | { kind: 'affine'; x: Value; A?: Value; B?: Value; sum?: Value }
  | { kind: 'conv'; build: (fused: Fused) => Value; fused: Fused }
  | { kind: 'product'; a: Value; b: Value }
  | { kind: 'sigmoid'; x: Value }
  | { kind: 'plus'; x: Value; number: number };

export class Twins {
  private readonly uses: Map<Value, number>;
  private readonly twins = new Map<Value, Value>();
  private readonly makers = new Map<Value, Maker>();

  constructor(
    graph: Graph,
    readonly block: number,
  ) {
    this.uses = countUses(graph);
  }

  blockable = (v: Value): boolean =>
    v.type === 'float32' && v.rank === 4 && v.shape[3]! % this.block === 0 && v.shape[1]! * v.shape[2]! > 1;

  isBlocked = (v: Value): boolean => this.twins.has(v);

  blocked(v: Value): Value {
    let twin = this.twins.get(v);
    if (!twin) this.twins.set(v, (twin = toBlocked(v, this.block)));
    return twin;
  }

  /** The NHWC form of a blocked result. */
  nhwc(blocked: Value, maker?: Maker): Value {
    const v = fromBlocked(blocked, this.block);
    this.twins.set(v, blocked);
    if (maker) this.makers.set(blocked, maker);
    return v;
  }

  /** How a blocked value was made. */
  makerOf(blocked: Value): Maker | undefined {
    return this.makers.get(blocked);
  }

  /** The same where nothing but one node reads `original`, the value of the graph that it stands for. */
  soleMakerOf(blocked: Value, original: Value): Maker | undefined {
    return this.uses.get(original) === 1 ? this.makers.get(blocked) : undefined;
  }
}

/** The shape of a node's image as blocked values state it: [N, C, H, W]. */
export function planesOf(node: Node): Shape4D {
  const [n, h, w, c] = node.outputs[0]!.shape as Shape4D;
  return [n, c, h, w];
}

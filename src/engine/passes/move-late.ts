/**
 * What only moves numbers waits: channels are concatenated, and images enlarged, behind the operations on them instead of
 * before. Each part is computed by itself, a small image while it is small, and a convolution of parts is a sum of
 * convolutions, which the blocked kernels add up as they go. The gradients of a concatenation then need no slices.
 */
import { type Graph, type Node, rewrite, sameShape, type Value, withInputs } from '../graph/graph.ts';
import { add, concat, mul, node as make, rangeOf, reducedAxes, scalar, split } from '../graph/ops.ts';
import { windowOf } from './blocked/window.ts';

const ELEMENTWISE = new Set(
  'Add Sub Mul Div Max Min Pow Neg Abs Exp Log Sqrt Reciprocal Sigmoid Tanh Relu Sin Cos Erf Softplus'.split(' '),
);

/** More parts than this make convolutions too thin. */
const MOST_PARTS = 3;

/** `block`: parts are whole blocks of this many channels, or stay together. */
export function moveLate(graph: Graph, block: number): Graph {
  const late = new LateMoves(block);
  return rewrite(graph, (node, inputs) => {
    const result = late.standFor(node, inputs as Value[]);
    return result && [result];
  });
}

class LateMoves {
  /** Of an NHWC value, what it is the concatenation of, along its channels. */
  private readonly parts = new Map<Value, readonly Value[]>();
  /** Of an NHWC value, the image that it is an enlargement of. */
  private readonly small = new Map<Value, Value>();
  /** How the channels of a filter's input come in parts. */
  private readonly cut = new Map<Value, readonly number[]>();
  /** Of a large image that is weighted by enlargements, the shape of what those enlarge. */
  private readonly weighted = new Map<Value, readonly number[]>();
  private readonly shrinkings = new Map<Value, Map<string, Value>>();
  private readonly pieces = new Map<Value, Map<string, readonly Value[]>>();

  constructor(private readonly block: number) {}

  /** What stands for the output of `node`, given its inputs; undefined where it stays as it is. */
  standFor(node: Node, inputs: readonly Value[]): Value | undefined {
    const [x, y] = inputs as [Value, Value];
    if (node.domain === 'dmd') return this.spatial(node, x, y);
    if (node.domain !== '') return undefined;
    if (ELEMENTWISE.has(node.op)) return this.elementwise(node, inputs);
    switch (node.op) {
      case 'Concat':
        return this.concatenation(node, inputs);
      case 'Slice':
        return this.slicing(node, x);
      case 'ReduceMean':
      case 'ReduceSum':
        return this.reduction(node, inputs);
      default:
        return undefined;
    }
  }

  private spatial(node: Node, x: Value, y: Value): Value | undefined {
    const out = node.outputs[0]!.shape;
    switch (node.op) {
      case 'UpsampleNearest':
        return this.enlarged(x, out);
      case 'UpsampleNearestGrad':
        return this.shrunk(x, out);
      case 'Conv2D': {
        const small = this.small.get(x);
        if (small && isPointwise(node)) {
          const shape = [...small.shape.slice(0, 3), out[3]!];
          return this.enlarged(this.again(node, [small, y], shape), out);
        }
        const parts = this.parts.get(x);
        if (!parts) return undefined;
        const sizes = channelsOf(parts);
        this.cut.set(y, sizes);
        const filters = this.piecesOf(y, sizes, 2);
        return parts.map((part, i) => this.again(node, [part, filters[i]!], out)).reduce(add);
      }
      case 'Conv2DGradFilter': {
        const small = this.small.get(x);
        if (small && isPointwise(node))
          return this.again(node, [small, this.shrunk(y, withAxis(small.shape, 3, out[3]!))], out);
        const parts = this.parts.get(x);
        return (
          parts &&
          concat(
            parts.map((part) => this.again(node, [part, y], withAxis(out, 2, part.shape[3]!))),
            2,
          )
        );
      }
      case 'Conv2DGradInput': {
        const sizes = this.cut.get(y);
        if (!sizes) return undefined;
        const filters = this.piecesOf(y, sizes, 2);
        return this.joined(filters.map((filter, i) => this.again(node, [x, filter], withAxis(out, 3, sizes[i]!))));
      }
      default:
        return undefined;
    }
  }

  private elementwise(node: Node, inputs: readonly Value[]): Value | undefined {
    const { shape } = node.outputs[0]!;
    if (shape.length !== 4) return undefined;
    const whole = inputs.filter((v) => sameShape(v.shape, shape));
    const parts = whole.map((v) => this.parts.get(v)).find((found) => found !== undefined);
    if (parts) return this.byParts(node, inputs, channelsOf(parts));
    const smalls = whole.map((v) => this.small.get(v));
    const first = smalls.find((found) => found !== undefined);
    // what is given to each pixel, or each row, would have to be made small
    const others = inputs.filter((v) => !whole.includes(v)).every(isEverywhere);
    if (!first || !others || !smalls.every((s) => s && sameShape(s.shape, first.shape)))
      return this.weighing(node, inputs);
    const given = inputs.map((v) => (whole.includes(v) ? this.small.get(v)! : v));
    return this.enlarged(this.again(node, given, first.shape), shape);
  }

  /** Channels in parts of these sizes; undefined where an input would have to be cut up for it. */
  private byParts(node: Node, inputs: readonly Value[], sizes: readonly number[]): Value | undefined {
    const { shape } = node.outputs[0]!;
    const given = inputs.map((v) => {
      if (v.rank === 0 || v.shape.at(-1) === 1) return sizes.map(() => v);
      if (!sameShape(v.shape, shape))
        return v.size <= v.shape[0]! * v.shape.at(-1)! ? this.piecesOf(v, sizes) : undefined;
      const parts = this.parts.get(v);
      return parts && sizes.join() === channelsOf(parts).join() ? parts : undefined;
    });
    if (!given.every((v) => v !== undefined)) return undefined;
    return this.joined(
      sizes.map((channels, i) =>
        this.again(
          node,
          given.map((pieces) => pieces[i]!),
          withAxis(shape, 3, channels),
        ),
      ),
    );
  }

  private concatenation(node: Node, inputs: readonly Value[]): Value | undefined {
    if (node.attributes.axis !== 3 || inputs[0]!.rank !== 4 || inputs[0]!.type !== 'float32') return undefined;
    const parts = inputs.flatMap((v) => this.parts.get(v) ?? [v]);
    const areWhole = parts.every((v) => v.shape[3]! % this.block === 0);
    return areWhole && parts.length <= MOST_PARTS ? this.joined(parts) : undefined;
  }

  private slicing(node: Node, x: Value): Value | undefined {
    const range = rangeOf(node);
    let at = 0;
    for (const part of range?.axis === 3 ? (this.parts.get(x) ?? []) : []) {
      const next = at + part.shape[3]!;
      if (at === range!.start && next === range!.end) return part;
      at = next;
    }
    return undefined;
  }

  /** Means and sums over images, each channel by itself. */
  private reduction(node: Node, [x, ...rest]: readonly Value[]): Value | undefined {
    const axes = reducedAxes(node);
    const out = node.outputs[0]!.shape;
    if (axes.includes(3) || axes.some((axis) => axis < 0)) return undefined;
    const parts = this.parts.get(x!);
    const last = out.length - 1;
    if (parts)
      return concat(
        parts.map((part) => this.again(node, [part, ...rest], withAxis(out, last, part.shape[3]!))),
        last,
      );
    const small = this.small.get(x!);
    if (!axes.includes(1) || !axes.includes(2)) return undefined;
    if (small && node.op === 'ReduceMean') return this.again(node, [small, ...rest], out);
    const weighted = this.weighted.get(x!);
    return weighted && node.op === 'ReduceSum'
      ? this.again(node, [this.shrunk(x!, weighted), ...rest], out)
      : undefined;
  }

  /**
   * The gradient that reaches a small image through its enlargement, whose own gradient is `v`: sums over what became of
   * each pixel. A sum or a product with an enlargement is made small before, not after.
   */
  private shrunk(v: Value, shape: readonly number[]): Value {
    const pixels = `${shape[1]}×${shape[2]}`;
    let known = this.shrinkings.get(v);
    if (!known) this.shrinkings.set(v, (known = new Map()));
    let made = known.get(pixels);
    if (!made) {
      const out = withAxis(shape, 3, v.shape[3]!);
      made = this.shrunkOperation(v, out) ?? make('UpsampleNearestGrad', [v], 'float32', out, {}, 'dmd');
      known.set(pixels, made);
    }
    return made;
  }

  private shrunkOperation(v: Value, out: readonly number[]): Value | undefined {
    const copies = scalar((v.shape[1]! * v.shape[2]!) / (out[1]! * out[2]!));
    const isSmall = (w: Value) => hasPixelsOf(this.small.get(w)?.shape, out);
    if (isSmall(v)) return mul(this.small.get(v)!, copies);
    const node = v.producer;
    if (!node) return undefined;
    const [a, b] = node.inputs as [Value, Value];
    if (node.op === 'Conv2DGradInput' && isPointwise(node)) return this.again(node, [this.shrunk(a, out), b], out);
    if (node.domain !== '') return undefined;
    const isWeighted = hasPixelsOf(this.weighted.get(v), out);
    if (node.op === 'Mul' && isWeighted) {
      const [image, weight] = this.isWeight(b, v) ? [a, b] : [b, a];
      return mul(this.shrunk(image, out), this.small.get(weight) ?? weight);
    }
    const isWhole = (term: Value) => sameShape(term.shape, v.shape);
    if (
      (node.op === 'Add' || node.op === 'Sub') &&
      (isWeighted || [a, b].some((term) => isSmall(term) || !isWhole(term)))
    ) {
      if (![a, b].every((term) => isWhole(term) || isEverywhere(term))) return undefined;
      const terms = [a, b].map((term) => (isWhole(term) ? this.shrunk(term, out) : mul(term, copies)));
      return this.again(node, terms, out);
    }
    return undefined;
  }

  /** The same operation, noted where it is a large image times enlargements and numbers, or a sum with such a product. */
  private weighing(node: Node, inputs: readonly Value[]): Value | undefined {
    const shapes = inputs
      .flatMap((v) => [this.small.get(v)?.shape, this.weighted.get(v)])
      .filter((s) => s !== undefined);
    const [shape] = shapes;
    const out = node.outputs[0]!;
    const isSum = node.op === 'Add' || node.op === 'Sub';
    if (!shape || !shapes.every((s) => hasPixelsOf(s, shape)) || !(isSum || node.op === 'Mul')) return undefined;
    const isCounted = isSum ? inputs.some((v) => this.weighted.has(v)) : inputs.some((v) => this.isWeight(v, out));
    if (!isCounted) return undefined;
    const value = withInputs(node, inputs).outputs[0]!;
    this.weighted.set(value, shape);
    return value;
  }

  /** Whether what multiplies to `product` is the same for all pixels that one pixel became. */
  private isWeight(v: Value, product: Value): boolean {
    return this.small.has(v) || (!sameShape(v.shape, product.shape) && isEverywhere(v));
  }

  /** `node` on other inputs, which may be in parts or small themselves. */
  private again(node: Node, inputs: readonly Value[], shape: readonly number[]): Value {
    const made = make(node.op, inputs, node.outputs[0]!.type, shape, node.attributes, node.domain);
    return this.standFor(made.producer!, inputs) ?? made;
  }

  private joined(parts: readonly Value[]): Value {
    const value = concat(parts, 3);
    this.parts.set(value, parts);
    return value;
  }

  private enlarged(small: Value, shape: readonly number[]): Value {
    const value = make('UpsampleNearest', [small], small.type, shape, {}, 'dmd');
    this.small.set(value, small);
    return value;
  }

  /** `v` cut into parts of these sizes, once for all who ask. */
  private piecesOf(v: Value, sizes: readonly number[], axis = v.rank - 1): readonly Value[] {
    let known = this.pieces.get(v);
    if (!known) this.pieces.set(v, (known = new Map()));
    const key = `${axis}: ${sizes.join()}`;
    let pieces = known.get(key);
    if (!pieces) known.set(key, (pieces = split(v, sizes, axis)));
    return pieces;
  }
}

const channelsOf = (parts: readonly Value[]): number[] => parts.map((v) => v.shape[3]!);

const withAxis = (shape: readonly number[], axis: number, length: number): number[] =>
  shape.map((d, i) => (i === axis ? length : d));

/** Whether all pixels of an image see the same of `v`. */
const isEverywhere = ({ size, rank, shape }: Value): boolean =>
  size === 1 || rank === 1 || (rank === 4 && shape[1] === 1 && shape[2] === 1);

/** Whether images of these shapes are equally high and wide. */
const hasPixelsOf = (a: readonly number[] | undefined, b: readonly number[]): boolean =>
  a !== undefined && a[1] === b[1] && a[2] === b[2];

/** 1×1 of stride 1: what it does to one pixel it does to all. */
function isPointwise(node: Node): boolean {
  const { kernel, strides, pads } = windowOf(node.attributes);
  return [...kernel, ...strides].every((n) => n === 1) && pads.every((n) => n === 0);
}

/**
 * The layout pass for CPUs. TensorFlow.js speaks NHWC; ONNX Runtime's CPU kernels are fastest in blocks of channels
 * (blocks.ts). Every value that is best computed blocked gets a blocked twin; its NHWC form is a transposition of the twin
 * that is only there if something still asks for it.
 */
import { countUses, type Graph, type Node, rewrite, sameShape, type Value } from '../../graph/graph.ts';
import {
  add,
  concat,
  expand,
  filled,
  mul,
  node as make,
  pad,
  reduce,
  reshape,
  scalar,
  slice,
  unary,
} from '../../graph/ops.ts';
import { type Window, windowOf } from '../lower-portably.ts';
import {
  affine,
  blockedNode,
  fiveAxes,
  fromBlocked,
  planeDots,
  planeMeans,
  type Shape4D,
  toBlocked,
} from './blocks.ts';
import * as conv from './convolution.ts';

export const blockedLayout = (graph: Graph, block: number): Graph => new Layout(graph, block).apply();

const UNARY = new Set(
  'Neg Abs Exp Log Sqrt Reciprocal Sigmoid Tanh Relu Sin Cos Erf Softplus Clip LeakyRelu Elu'.split(' '),
);
const BINARY = new Set('Add Sub Mul Div Max Min Pow'.split(' '));

/** How a blocked value was made, so that what follows can be fused into it. */
type Maker =
  | { kind: 'affine'; x: Value; A?: Value; B?: Value; sum?: Value }
  | { kind: 'conv'; build: (fused: conv.Fused) => Value; fused: conv.Fused }
  | { kind: 'product'; a: Value; b: Value }
  | { kind: 'sigmoid'; x: Value }
  | { kind: 'plus'; x: Value; number: number };

class Layout {
  private readonly uses: Map<Value, number>;
  private readonly twins = new Map<Value, Value>();
  private readonly makers = new Map<Value, Maker>();

  constructor(
    private readonly graph: Graph,
    private readonly block: number,
  ) {
    this.uses = countUses(graph);
  }

  apply(): Graph {
    return rewrite(this.graph, (node, inputs) => {
      const result = this.rule(node, inputs as Value[]);
      return result && [result];
    });
  }

  private rule(node: Node, inputs: Value[]): Value | undefined {
    if (node.domain === 'dmd') return node.outputs[0]!.size === 0 ? undefined : this.spatial(node, inputs);
    if (node.domain !== '') return undefined;
    if (UNARY.has(node.op)) return this.unary(node, inputs);
    if (BINARY.has(node.op)) return this.binary(node, inputs);
    switch (node.op) {
      case 'ReduceSum':
      case 'ReduceMean':
        return this.reduction(node, inputs[0]!);
      case 'Concat':
        return this.concatenation(node, inputs);
      case 'Slice':
        return this.slicing(node, inputs);
      case 'Pad':
        return this.padding(node, inputs);
      default:
        return undefined;
    }
  }

  // --- twins

  private blockable = (v: Value): boolean =>
    v.type === 'float32' && v.rank === 4 && v.shape[3]! % this.block === 0 && v.shape[1]! * v.shape[2]! > 1;

  private isBlocked = (v: Value): boolean => this.twins.has(v);

  private blocked(v: Value): Value {
    let twin = this.twins.get(v);
    if (!twin) this.twins.set(v, (twin = toBlocked(v, this.block)));
    return twin;
  }

  /** The NHWC form of a blocked result. */
  private nhwc(blocked: Value, maker?: Maker): Value {
    const v = fromBlocked(blocked, this.block);
    this.twins.set(v, blocked);
    if (maker) this.makers.set(blocked, maker);
    return v;
  }

  private shapeOf(node: Node): Shape4D {
    const [n, h, w, c] = node.outputs[0]!.shape as Shape4D;
    return [n, c, h, w];
  }

  // --- convolutions, pooling, resizing

  private spatial(node: Node, [a, b]: Value[]): Value | undefined {
    const { block } = this;
    const window = windowOf(node.attributes);
    const few = (channels: number) => channels < block;
    const whole = (channels: number) => channels % block === 0;
    switch (node.op) {
      case 'Conv2D': {
        const [, , c, k] = b!.shape as Shape4D;
        const out = this.shapeOf(node);
        if (whole(c) && whole(k))
          return this.convolution((f) => conv.convolve(this.blocked(a!), b!, window, out, block, f));
        if (few(c) && whole(k)) return this.convolution((f) => conv.convolveFewChannels(a!, b!, window, out, block, f));
        if (whole(c) && few(k)) return conv.convolveToFewChannels(this.blocked(a!), b!, window, out, block);
        return undefined;
      }
      case 'Conv2DGradInput': {
        const [, , c, k] = b!.shape as Shape4D;
        const out = this.shapeOf(node);
        if (window.strides.some((s) => s !== 1) || !whole(c)) return undefined;
        const [, h, w] = a!.shape as Shape4D;
        const reversed = conv.reversedWindow(window, [out[2], out[3]], [h, w]);
        if (reversed.pads.some((p) => p < 0)) return undefined;
        if (whole(k))
          return this.convolution((f) => conv.convolveReversed(this.blocked(a!), b!, reversed, out, block, f));
        const filter = few(k) ? conv.reversedFilter(b!) : undefined;
        if (filter) return this.convolution((f) => conv.convolveFewChannels(a!, filter, reversed, out, block, f));
        return undefined;
      }
      case 'Conv2DGradFilter': {
        const [, , c, k] = node.outputs[0]!.shape as Shape4D;
        if (window.dilations.some((d) => d !== 1)) return undefined;
        if (whole(c) && whole(k)) return conv.filterGradient(this.blocked(a!), this.blocked(b!), window, block);
        if (few(c) && whole(k)) return conv.filterGradientFewChannels(a!, this.blocked(b!), window, block);
        if (whole(c) && few(k) && window.strides.every((s) => s === 1) && isWithinReach(window))
          return conv.filterGradientToFewChannels(this.blocked(a!), b!, window, block);
        return undefined;
      }
      case 'AvgPool2D': {
        if (!this.blockable(a!)) return undefined;
        const { kernel, strides, pads } = window;
        return this.nhwc(
          blockedNode('AveragePool', [this.blocked(a!)], this.shapeOf(node), { kernel_shape: kernel, strides, pads }),
        );
      }
      case 'AvgPool2DGrad': {
        const { kernel, strides, pads } = window;
        const out = this.shapeOf(node);
        const tiled = kernel.every((k, i) => k === strides[i] && out[i + 2]! % k === 0) && pads.every((p) => p === 0);
        if (!tiled || !this.blockable(a!)) return undefined;
        const share = this.blocked(a!);
        const spread = mul(share, scalar(1 / (kernel[0] * kernel[1])));
        return this.nhwc(blockedNode('Upsample', [spread], out, { scales: [1, 1, ...kernel], mode: 'nearest' }));
      }
      case 'UpsampleNearest': {
        const out = this.shapeOf(node);
        if (!this.blockable(a!) && !this.isBlocked(a!)) return undefined;
        const scales = [1, 1, out[2] / a!.shape[1]!, out[3] / a!.shape[2]!];
        return this.nhwc(blockedNode('Upsample', [this.blocked(a!)], out, { scales, mode: 'nearest' }));
      }
      case 'UpsampleNearestGrad': {
        const out = this.shapeOf(node);
        if (!this.blockable(a!) || !whole(out[1])) return undefined;
        const scale = [a!.shape[1]! / out[2], a!.shape[2]! / out[3]];
        return this.nhwc(
          blockedNode('Conv', [this.blocked(a!), filled([out[1], 1, ...scale], 1)], out, {
            kernel_shape: scale,
            strides: scale,
            group: out[1],
          }),
        );
      }
      default:
        return undefined;
    }
  }

  private convolution(build: (fused: conv.Fused) => Value): Value {
    return this.nhwc(build({}), { kind: 'conv', build, fused: {} });
  }

  // --- element-wise

  private unary(node: Node, [x, ...rest]: Value[]): Value | undefined {
    if (!this.isBlocked(x!)) return undefined;
    const b = this.blocked(x!);
    const result = make(node.op, [b, ...rest], b.type, b.shape, node.attributes);
    return this.nhwc(result, node.op === 'Sigmoid' ? { kind: 'sigmoid', x: b } : undefined);
  }

  private binary(node: Node, [a, b]: Value[]): Value | undefined {
    const out = node.outputs[0]!;
    if (!this.blockable(out)) return undefined;
    const isFull = (v: Value) => sameShape(v.shape, out.shape);
    if (!(isFull(a!) && this.isBlocked(a!)) && !(isFull(b!) && this.isBlocked(b!))) return undefined;
    if (isFull(a!) && isFull(b!)) return this.full(node, a!, b!);
    const [x, other, xFirst] = isFull(a!) ? [a!, b!, true] : [b!, a!, false];
    if (other.size === 1) {
      const b = this.blocked(x);
      const s = reshape(other, []);
      const isPlus = node.op === 'Add' && s.constant !== undefined;
      return this.nhwc(
        make(node.op, xFirst ? [b, s] : [s, b], 'float32', b.shape),
        isPlus ? { kind: 'plus', x: b, number: Number(s.constant![0]) } : undefined,
      );
    }
    const vector = this.perPlane(other, out);
    return (vector && this.withPerPlane(node, x, vector, xFirst)) ?? this.broadcast(node, x, other, xFirst);
  }

  /** Two values of one shape. Sums are fused into what made one of them, where nothing else reads that. */
  private full(node: Node, a: Value, b: Value): Value {
    const [p, q] = [this.blocked(a), this.blocked(b)];
    if (node.op === 'Add') {
      const into = (target: Value, original: Value, other: Value): Value | undefined => {
        const maker = this.makers.get(target);
        if (!maker || this.uses.get(original) !== 1) return undefined;
        if (maker.kind === 'conv' && !maker.fused.sum) return this.conv(maker, { ...maker.fused, sum: other });
        if (maker.kind === 'affine' && !maker.sum) return this.affine({ ...maker, sum: other });
        return undefined;
      };
      const fused = into(p, node.inputs[0]!, q) ?? into(q, node.inputs[1]!, p);
      if (fused) return fused;
    }
    const once = (target: Value, original: Value) =>
      this.uses.get(original) === 1 ? this.makers.get(target) : undefined;
    if (node.op === 'Mul') {
      // x · σ(x) in one pass, where σ(x) itself is not wanted
      const isSilu = (x: Value, maker: Maker | undefined) => maker?.kind === 'sigmoid' && maker.x === x;
      const x = isSilu(p, once(q, node.inputs[1]!)) ? p : isSilu(q, once(p, node.inputs[0]!)) ? q : undefined;
      if (x) return this.nhwc(make('QuickGelu', [x], 'float32', x.shape, { alpha: { float: 1 } }, 'com.microsoft'));
    }
    const maker = once(p, node.inputs[0]!);
    if (node.op === 'Sub' && maker?.kind === 'plus') {
      // (x + number) − q in one pass
      const [n, c] = p.shape as Shape4D;
      const [A, B] = [filled([n, c], -1), filled([n, c], maker.number)];
      return this.affine({ kind: 'affine', x: q, A, B, sum: maker.x });
    }
    const result = make(node.op, [p, q], 'float32', p.shape);
    return this.nhwc(result, node.op === 'Mul' ? { kind: 'product', a: p, b: q } : undefined);
  }

  /** [N, C] where `v` gives each plane of `out` one number, else undefined. */
  private perPlane(v: Value, out: Value): Value | undefined {
    const [n, , , c] = out.shape as Shape4D;
    if (v.rank === 4 && v.shape[1] === 1 && v.shape[2] === 1 && v.shape[3] === c)
      return expand(reshape(v, [v.shape[0]!, c]), [n, c]);
    return v.rank === 1 && v.shape[0] === c ? expand(v, [n, c]) : undefined;
  }

  /** x with one number a plane. */
  private withPerPlane(node: Node, x: Value, v: Value, xFirst: boolean): Value | undefined {
    const b = this.blocked(x);
    const single = this.uses.get(node.inputs[xFirst ? 0 : 1]!) === 1;
    const maker = single ? this.makers.get(b) : undefined;
    const plus = (bias: Value): Value => {
      if (maker?.kind === 'affine' && !maker.sum)
        return this.affine({ ...maker, B: maker.B ? add(maker.B, bias) : bias });
      const perChannel = bias.producer?.op === 'Expand' ? bias.producer.inputs[0]! : undefined;
      if (maker?.kind === 'conv' && !maker.fused.bias && perChannel?.size === x.shape[3])
        return this.conv(maker, { ...maker.fused, bias: reshape(perChannel!, [perChannel!.size]) });
      return this.affine({ kind: 'affine', x: b, B: bias });
    };
    switch (node.op) {
      case 'Mul':
        return this.affine({ kind: 'affine', x: b, A: v });
      case 'Add':
        return plus(v);
      case 'Sub':
        return xFirst ? plus(unary('Neg', v)) : this.affine({ kind: 'affine', x: b, A: filled(v.shape, -1), B: v });
      case 'Div':
        return xFirst ? this.affine({ kind: 'affine', x: b, A: unary('Reciprocal', v) }) : undefined;
      default:
        return undefined;
    }
  }

  /** Any other broadcasting, on the five axes of a block. */
  private broadcast(node: Node, x: Value, other: Value, xFirst: boolean): Value | undefined {
    const [n, h, w, c] = [...Array<number>(4 - other.rank).fill(1), ...other.shape] as Shape4D;
    if (c !== 1 && c !== x.shape[3]) return undefined;
    const o =
      c === 1
        ? reshape(other, [n, 1, h, w, 1])
        : fiveAxes(toBlocked(reshape(other, [n, h, w, c]), this.block), this.block);
    const five = fiveAxes(this.blocked(x), this.block);
    const result = make(node.op, xFirst ? [five, o] : [o, five], 'float32', five.shape);
    return this.nhwc(reshape(result, this.blocked(x).shape));
  }

  private affine(maker: Maker & { kind: 'affine' }): Value {
    return this.nhwc(affine(maker.x, maker.A, maker.B, maker.sum), maker);
  }

  private conv(maker: Maker & { kind: 'conv' }, fused: conv.Fused): Value {
    return this.nhwc(maker.build(fused), { ...maker, fused });
  }

  // --- reductions and shapes

  private reduction(node: Node, x: Value): Value | undefined {
    if (!this.isBlocked(x)) return undefined;
    const out = node.outputs[0]!;
    const isMean = node.op === 'ReduceMean';
    const axes = x.shape.flatMap((_, i) => (reducedAxes(node).includes(i) ? [i] : []));
    const [n, h, w] = x.shape as Shape4D;
    const pixels = h * w;
    const b = this.blocked(x);
    if (axes.length === 4) return reshape(reduce(node.op, b, [0, 1, 2, 3], false), out.shape);
    if (!axes.includes(1) || !axes.includes(2) || axes.includes(3)) return undefined;
    const maker = this.makers.get(b);
    const isDot = maker?.kind === 'product';
    // [N, C], as a sum over the pixels or a mean
    const planes = isDot ? planeDots(maker.a, maker.b) : planeMeans(b);
    const overBatch = axes.includes(0);
    const total = overBatch ? reduce('ReduceSum', planes, [0], false) : planes;
    // of the sum that is meant, `total` is this part
    const part = isDot ? 1 : 1 / pixels;
    const wanted = isMean ? 1 / (overBatch ? n * pixels : pixels) : 1;
    return reshape(wanted === part ? total : mul(total, scalar(wanted / part)), out.shape);
  }

  private concatenation(node: Node, parts: Value[]): Value | undefined {
    if (node.attributes.axis !== 3 || !parts.every(this.blockable) || !parts.some(this.isBlocked)) return undefined;
    return this.nhwc(
      concat(
        parts.map((p) => this.blocked(p)),
        1,
      ),
    );
  }

  private slicing(node: Node, [x, starts, ends, axes, steps]: Value[]): Value | undefined {
    if (!this.isBlocked(x!) || steps) return undefined;
    const [s, e, a] = [starts!, ends!, axes!].map((v) => Array.from(v.constant!, Number)) as [
      number[],
      number[],
      number[],
    ];
    if (a.length !== 1 || a[0] !== 3 || s[0]! % this.block !== 0 || e[0]! % this.block !== 0) return undefined;
    if (!this.blockable(node.outputs[0]!)) return undefined;
    return this.nhwc(slice(this.blocked(x!), s, e, [1]));
  }

  private padding(_node: Node, [x, pads, value]: Value[]): Value | undefined {
    if (!this.isBlocked(x!) || value) return undefined;
    const p = Array.from(pads!.constant!, Number);
    const [before, after] = [p[3]!, p[7]!];
    if (p.some((q, i) => q !== 0 && i % 4 !== 3) || before % this.block !== 0 || after % this.block !== 0)
      return undefined;
    return this.nhwc(pad(this.blocked(x!), [0, before, 0, 0], [0, after, 0, 0]));
  }
}

/** Whether the padding stays within the reach of the kernel, so that the reversed convolution has no negative padding. */
const isWithinReach = ({ kernel, pads }: Window): boolean => pads.every((p, i) => p < kernel[i % 2]!);

/** Opset 17: the axes of ReduceSum are an input, those of the other reductions an attribute. */
const reducedAxes = (node: Node): number[] =>
  node.op === 'ReduceSum' ? Array.from(node.inputs[1]!.constant!, Number) : [...(node.attributes.axes as number[])];

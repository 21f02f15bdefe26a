/**
 * Element-wise operations on blocked values. What can be is fused into what made the values, so that memory is passed over
 * once: sums and biases into convolutions, numbers for each plane into one affine map, SiLU into one operation.
 */
import { type Node, sameShape, type Value } from '../../graph/graph.ts';
import { add, expand, filled, node as make, reshape, unary } from '../../graph/ops.ts';
import { affine, fiveAxes, type Shape4D, toBlocked } from './blocks.ts';
import type { Fused } from './convolution.ts';
import type { Maker, Twins } from './twins.ts';

export function blockedUnary(twins: Twins, node: Node, [x, ...rest]: Value[]): Value | undefined {
  if (!twins.isBlocked(x!)) return undefined;
  const b = twins.blocked(x!);
  const result = make(node.op, [b, ...rest], b.type, b.shape, node.attributes);
  return twins.nhwc(result, node.op === 'Sigmoid' ? { kind: 'sigmoid', x: b } : undefined);
}

export function blockedBinary(twins: Twins, node: Node, [a, b]: Value[]): Value | undefined {
  const out = node.outputs[0]!;
  if (!twins.blockable(out)) return undefined;
  const isFull = (v: Value) => sameShape(v.shape, out.shape);
  if (!(isFull(a!) && twins.isBlocked(a!)) && !(isFull(b!) && twins.isBlocked(b!))) return undefined;
  if (isFull(a!) && isFull(b!)) return full(twins, node, a!, b!);
  const [x, other, xFirst] = isFull(a!) ? [a!, b!, true] : [b!, a!, false];
  if (other.size === 1) {
    const b = twins.blocked(x);
    const s = reshape(other, []);
    const isPlus = node.op === 'Add' && s.constant !== undefined;
    return twins.nhwc(
      make(node.op, xFirst ? [b, s] : [s, b], 'float32', b.shape),
      isPlus ? { kind: 'plus', x: b, number: Number(s.constant![0]) } : undefined,
    );
  }
  const vector = perPlane(other, out);
  return (vector && withPerPlane(twins, node, x, vector, xFirst)) ?? broadcast(twins, node, x, other, xFirst);
}

/** Two values of one shape. Sums are fused into what made one of them, where nothing else reads that. */
function full(twins: Twins, node: Node, a: Value, b: Value): Value {
  const [p, q] = [twins.blocked(a), twins.blocked(b)];
  if (node.op === 'Add') {
    const into = (target: Value, original: Value, other: Value): Value | undefined => {
      const maker = twins.soleMakerOf(target, original);
      if (maker?.kind === 'conv' && !maker.fused.sum) return fusedInto(twins, maker, { ...maker.fused, sum: other });
      if (maker?.kind === 'affine' && !maker.sum) return affineOf(twins, { ...maker, sum: other });
      return undefined;
    };
    const fused = into(p, node.inputs[0]!, q) ?? into(q, node.inputs[1]!, p);
    if (fused) return fused;
  }
  if (node.op === 'Mul') {
    // x · σ(x) in one pass, where σ(x) itself is not wanted
    const isSilu = (x: Value, maker: Maker | undefined) => maker?.kind === 'sigmoid' && maker.x === x;
    const x = isSilu(p, twins.soleMakerOf(q, node.inputs[1]!))
      ? p
      : isSilu(q, twins.soleMakerOf(p, node.inputs[0]!))
        ? q
        : undefined;
    if (x) return twins.nhwc(make('QuickGelu', [x], 'float32', x.shape, { alpha: { float: 1 } }, 'com.microsoft'));
  }
  const maker = twins.soleMakerOf(p, node.inputs[0]!);
  if (node.op === 'Sub' && maker?.kind === 'plus') {
    // (x + number) − q in one pass
    const [n, c] = p.shape as Shape4D;
    const [A, B] = [filled([n, c], -1), filled([n, c], maker.number)];
    return affineOf(twins, { kind: 'affine', x: q, A, B, sum: maker.x });
  }
  const result = make(node.op, [p, q], 'float32', p.shape);
  return twins.nhwc(result, node.op === 'Mul' ? { kind: 'product', a: p, b: q } : undefined);
}

/** [N, C] where `v` gives each plane of `out` one number, else undefined. */
function perPlane(v: Value, out: Value): Value | undefined {
  const [n, , , c] = out.shape as Shape4D;
  if (v.rank === 4 && v.shape[1] === 1 && v.shape[2] === 1 && v.shape[3] === c)
    return expand(reshape(v, [v.shape[0]!, c]), [n, c]);
  return v.rank === 1 && v.shape[0] === c ? expand(v, [n, c]) : undefined;
}

/** x with one number a plane. */
function withPerPlane(twins: Twins, node: Node, x: Value, v: Value, xFirst: boolean): Value | undefined {
  const b = twins.blocked(x);
  const maker = twins.soleMakerOf(b, node.inputs[xFirst ? 0 : 1]!);
  const plus = (bias: Value): Value => {
    if (maker?.kind === 'affine' && !maker.sum)
      return affineOf(twins, { ...maker, B: maker.B ? add(maker.B, bias) : bias });
    const perChannel = bias.producer?.op === 'Expand' ? bias.producer.inputs[0]! : undefined;
    if (maker?.kind === 'conv' && !maker.fused.bias && perChannel?.size === x.shape[3])
      return fusedInto(twins, maker, { ...maker.fused, bias: reshape(perChannel!, [perChannel!.size]) });
    return affineOf(twins, { kind: 'affine', x: b, B: bias });
  };
  switch (node.op) {
    case 'Mul':
      return affineOf(twins, { kind: 'affine', x: b, A: v });
    case 'Add':
      return plus(v);
    case 'Sub':
      return xFirst ? plus(unary('Neg', v)) : affineOf(twins, { kind: 'affine', x: b, A: filled(v.shape, -1), B: v });
    case 'Div':
      return xFirst ? affineOf(twins, { kind: 'affine', x: b, A: unary('Reciprocal', v) }) : undefined;
    default:
      return undefined;
  }
}

/** Any other broadcasting, on the five axes of a block. */
function broadcast(twins: Twins, node: Node, x: Value, other: Value, xFirst: boolean): Value | undefined {
  const [n, h, w, c] = [...Array<number>(4 - other.rank).fill(1), ...other.shape] as Shape4D;
  if (c !== 1 && c !== x.shape[3]) return undefined;
  const o =
    c === 1
      ? reshape(other, [n, 1, h, w, 1])
      : fiveAxes(toBlocked(reshape(other, [n, h, w, c]), twins.block), twins.block);
  const five = fiveAxes(twins.blocked(x), twins.block);
  const result = make(node.op, xFirst ? [five, o] : [o, five], 'float32', five.shape);
  return twins.nhwc(reshape(result, twins.blocked(x).shape));
}

function affineOf(twins: Twins, maker: Maker & { kind: 'affine' }): Value {
  return twins.nhwc(affine(maker.x, maker.A, maker.B, maker.sum), maker);
}

function fusedInto(twins: Twins, maker: Maker & { kind: 'conv' }, fused: Fused): Value {
  return twins.nhwc(maker.build(fused), { ...maker, fused });
}

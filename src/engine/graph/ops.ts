/**
 * Builders of graph nodes: each states one ONNX operation and infers its output's shape. Both the recording kernels and
 * the passes speak in these.
 */
import { Node, sameShape, sizeOf, Value, type Attributes, type Domain, type ElementType } from './graph.ts';

/** A node with one output. */
export function node(
  op: string,
  inputs: readonly (Value | undefined)[],
  type: ElementType,
  shape: readonly number[],
  attributes: Attributes = {},
  domain: Domain = '',
): Value {
  return new Node(op, domain, inputs, attributes, [{ type, shape }]).outputs[0]!;
}

export const int64s = (values: readonly number[]): Value =>
  new Value('int64', [values.length], { constant: BigInt64Array.from(values, BigInt) });

export function scalar(value: number, type: ElementType = 'float32'): Value {
  return filled([], value, type);
}

/** A constant of `shape` whose elements are all `value`. */
export function filled(shape: readonly number[], value: number, type: ElementType = 'float32'): Value {
  const size = sizeOf(shape);
  const constant =
    type === 'float32'
      ? new Float32Array(size).fill(value)
      : type === 'int64'
        ? new BigInt64Array(size).fill(BigInt(value))
        : type === 'int32'
          ? new Int32Array(size).fill(value)
          : new Uint8Array(size).fill(value);
  return new Value(type, shape, { constant });
}

export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const da = a[a.length - rank + i] ?? 1;
    const db = b[b.length - rank + i] ?? 1;
    if (da !== db && da !== 1 && db !== 1)
      throw new Error(`internal: shapes [${a.join()}] and [${b.join()}] do not broadcast`);
    return da === 1 ? db : da;
  });
}

/** An element-wise operation of two values, broadcast; comparisons pass `type: 'bool'`. */
export const binary = (op: string, a: Value, b: Value, type: ElementType = a.type): Value =>
  node(op, [a, b], type, broadcastShape(a.shape, b.shape));
export const unary = (op: string, x: Value, attributes: Attributes = {}): Value =>
  node(op, [x], x.type, x.shape, attributes);

export const add = (a: Value, b: Value): Value => binary('Add', a, b);
export const sub = (a: Value, b: Value): Value => binary('Sub', a, b);
export const mul = (a: Value, b: Value): Value => binary('Mul', a, b);
export const div = (a: Value, b: Value): Value => binary('Div', a, b);

export const cast = (x: Value, type: ElementType): Value =>
  x.type === type ? x : node('Cast', [x], type, x.shape, { to: onnxTypeNumber[type] });

/** Booleans as the integers 0 and 1, where ONNX has an operation for numbers alone. */
export const noBool = (x: Value): Value => (x.type === 'bool' ? cast(x, 'int32') : x);

/** ONNX's TensorProto.DataType. */
export const onnxTypeNumber: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

export function reshape(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  if (x.constant) return new Value(x.type, shape, { constant: x.constant });
  // A reshape of a reshape needs only the last
  if (x.producer?.op === 'Reshape' && x.producer.domain === '') return reshape(x.producer.inputs[0]!, shape);
  // Unless told otherwise, ONNX reads a length of 0 as `the length that was there`
  return node('Reshape', [x, int64s(shape)], x.type, shape, shape.includes(0) ? { allowzero: 1 } : {});
}

export function transpose(x: Value, perm: readonly number[]): Value {
  const shape = perm.map((p) => x.shape[p]!);
  // Moving only axes of length 1 leaves the elements where they are
  const moved = perm.filter((p) => x.shape[p] !== 1);
  if (moved.every((p, i) => i === 0 || p > moved[i - 1]!)) return reshape(x, shape);
  return node('Transpose', [x], x.type, shape, { perm });
}

export function expand(x: Value, shape: readonly number[]): Value {
  return sameShape(x.shape, shape) ? x : node('Expand', [x, int64s(shape)], x.type, shape);
}

const ITS_OWN = new Set('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd'.split(' '));

/** `axes` counted from 0, sorted. */
export function reduce(op: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const shape = keepDims
    ? x.shape.map((d, i) => (axes.includes(i) ? 1 : d))
    : x.shape.filter((_, i) => !axes.includes(i));
  if (axes.length === 0) return x;
  // one element alone is its own sum, mean and extreme
  if (ITS_OWN.has(op) && axes.every((axis) => x.shape[axis] === 1)) return reshape(x, shape);
  const keepdims = keepDims ? 1 : 0;
  // Opset 17: ReduceSum takes its axes as an input, the others as an attribute
  return op === 'ReduceSum'
    ? node(op, [x, int64s(axes)], x.type, shape, { keepdims })
    : node(op, [x], x.type, shape, { axes, keepdims });
}

/** The axes of a node that `reduce` made. */
export const reducedAxes = (node: Node): number[] =>
  node.op === 'ReduceSum' ? Array.from(node.inputs[1]!.constant!, Number) : [...(node.attributes.axes as number[])];

/** Along each of `axes`, elements `starts` (inclusive) to `ends` (exclusive), every `steps`-th. */
export function slice(
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps?: readonly number[],
): Value {
  const shape = [...x.shape];
  axes.forEach((axis, i) => (shape[axis] = Math.max(0, Math.ceil((ends[i]! - starts[i]!) / (steps?.[i] ?? 1)))));
  if (!steps && sameShape(shape, x.shape)) return x;
  return node('Slice', [x, int64s(starts), int64s(ends), int64s(axes), steps && int64s(steps)], x.type, shape);
}

/** What a `Slice` node takes along its one axis, every element from `start` (inclusive) to `end`; undefined for others. */
export function rangeOf({
  inputs: [, starts, ends, axes, steps],
}: Node): { axis: number; start: number; end: number } | undefined {
  if (steps || axes!.size !== 1) return undefined;
  const [start, end, axis] = [starts, ends, axes].map((v) => Number(v!.constant![0])) as [number, number, number];
  return start >= 0 && axis >= 0 ? { axis, start, end } : undefined;
}

/** `x` cut along `axis` into parts of these sizes, by one node. */
export function split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
  const parts = sizes.map((size) => ({ type: x.type, shape: x.shape.map((d, i) => (i === axis ? size : d)) }));
  return new Node('Split', '', [x, int64s(sizes)], { axis }, parts).outputs;
}

export function concat(parts: readonly Value[], axis: number): Value {
  if (parts.length === 1) return parts[0]!;
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((sum, p) => sum + p.shape[axis]!, 0);
  return node('Concat', parts, parts[0]!.type, shape, { axis });
}

/** Constant padding: `before[i]` and `after[i]` elements along axis i. */
export function pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
  if ([...before, ...after].every((p) => p === 0)) return x;
  const shape = x.shape.map((d, i) => d + before[i]! + after[i]!);
  return node('Pad', [x, int64s([...before, ...after]), value ? scalar(value, x.type) : undefined], x.type, shape);
}

export function gather(x: Value, indices: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return node('Gather', [x, indices], x.type, shape, { axis });
}

/** The last two axes exchanged. */
const transposeMatrices = (x: Value): Value =>
  transpose(x, [...Array.from({ length: x.rank - 2 }, (_, i) => i), x.rank - 1, x.rank - 2]);

/** Matrix product of the last two axes, the others broadcast. */
export function matMul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
  // ONNX Runtime has its transposing products for real numbers alone
  if (a.type !== 'float32' && (transposeA || transposeB))
    return matMul(transposeA ? transposeMatrices(a) : a, transposeB ? transposeMatrices(b) : b);
  const [m, k] = a.shape.slice(-2) as [number, number];
  const [p, n] = b.shape.slice(-2) as [number, number];
  const shape = [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), transposeA ? k : m, transposeB ? p : n];
  if (!transposeA && !transposeB) return node('MatMul', [a, b], a.type, shape);
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: 1 } };
  if (a.rank === 2 && b.rank === 2) return node('Gemm', [a, b], a.type, shape, attributes);
  return node('FusedMatMul', [a, b], a.type, shape, attributes, 'com.microsoft');
}

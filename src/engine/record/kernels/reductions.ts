/** Reductions over axes. */
import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../../graph/graph.ts';
import { cast, mul, node, noBool, pad, reduce, scalar, slice } from '../../graph/ops.ts';
import { lower } from './registry.ts';

export function registerReductions(): void {
  type Axes = { axis: number | number[]; keepDims: boolean; reductionIndices?: number[] };
  const ONNX = { Sum: 'ReduceSum', Mean: 'ReduceMean', Prod: 'ReduceProd' };
  for (const [kernel, op] of Object.entries(ONNX))
    lower<Axes>(kernel, ({ x }, { axis, keepDims }) => {
      // tfjs sums booleans and integers as int32, and averages everything as float32
      const type = kernel === 'Mean' ? 'float32' : x!.type === 'bool' ? 'int32' : x!.type;
      return reduce(op, cast(x!, type), axes(axis, x!.shape), keepDims);
    });
  lower<Axes & { reductionIndices: number[] }>('Max', ({ x }, { reductionIndices, keepDims }) =>
    extreme('ReduceMax', x!, axes(reductionIndices, x!.shape), keepDims),
  );
  lower<Axes>('Min', ({ x }, { axis, keepDims }) => extreme('ReduceMin', x!, axes(axis, x!.shape), keepDims));
  for (const kernel of ['ArgMax', 'ArgMin'])
    lower<{ axis: number }>(kernel, ({ x }, { axis }) => {
      const [only] = axes(axis, x!.shape) as [number];
      const shape = x!.shape.filter((_, i) => i !== only);
      // NaN is no largest nor smallest element
      const none = scalar(kernel === 'ArgMax' ? -Infinity : Infinity);
      const isNaN = () => node('IsNaN', [x], 'bool', x!.shape);
      const numbers = x!.type === 'float32' ? node('Where', [isNaN(), none, x], 'float32', x!.shape) : noBool(x!);
      return cast(node(kernel, [numbers], 'int64', shape, { axis: only, keepdims: 0 }), 'int32');
    });
  lower<{ axis: number; exclusive: boolean; reverse: boolean }>('Cumsum', ({ x }, { axis, exclusive, reverse }) => {
    const numbers = noBool(x!);
    return node('CumSum', [numbers, scalar((axis + x!.rank) % x!.rank, 'int64')], numbers.type, x!.shape, {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    });
  });
  lower<{ axis: number; exclusive: boolean; reverse: boolean }>('Cumprod', ({ x }, { axis, ...how }) =>
    cumulativeProduct(noBool(x!), (axis + x!.rank) % x!.rank, how),
  );
}

/** Each step multiplies with what is twice as far away, so that n elements take log₂ n steps. */
function cumulativeProduct(x: Value, axis: number, how: { exclusive: boolean; reverse: boolean }): Value {
  const length = x.shape[axis]!;
  const shifted = (y: Value, by: number): Value => {
    const [start, end] = how.reverse ? [by, length] : [0, length - by];
    const ones = y.shape.map((_, i) => (i === axis ? by : 0));
    const none = y.shape.map(() => 0);
    const kept = slice(y, [start], [end], [axis]);
    return how.reverse ? pad(kept, none, ones, 1) : pad(kept, ones, none, 1);
  };
  let product = how.exclusive && length > 0 ? shifted(x, 1) : x;
  for (let by = 1; by < length; by *= 2) product = mul(product, shifted(product, by));
  return product;
}

/** The largest or smallest elements. */
function extreme(op: 'ReduceMax' | 'ReduceMin', x: Value, axes: readonly number[], keepDims: boolean): Value {
  const found = cast(reduce(op, noBool(x), axes, keepDims), x.type);
  if (x.type !== 'float32') return found;
  // ONNX Runtime passes over NaN, which would hide a run that diverges
  const isNaN = cast(node('IsNaN', [x], 'bool', x.shape), 'float32');
  const anyNaN = cast(reduce('ReduceMax', isNaN, axes, keepDims), 'bool');
  return node('Where', [anyNaN, scalar(NaN), found], 'float32', found.shape);
}

const axes = (axis: number | number[], shape: readonly number[]): number[] =>
  tf.util.parseAxisParam(axis, [...shape]).sort((a, b) => a - b);

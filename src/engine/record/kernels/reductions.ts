/** Reductions over axes. */
import * as tf from '@tensorflow/tfjs-core';
import { cast, node, reduce, scalar } from '../../graph/ops.ts';
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
  lower<Axes & { reductionIndices: number[] }>('Max', ({ x }, { reductionIndices, axis, keepDims }) =>
    reduce('ReduceMax', x!, axes(reductionIndices ?? axis, x!.shape), keepDims),
  );
  lower<Axes>('Min', ({ x }, { axis, keepDims }) => reduce('ReduceMin', x!, axes(axis, x!.shape), keepDims));
  for (const kernel of ['ArgMax', 'ArgMin'])
    lower<{ axis: number }>(kernel, ({ x }, { axis }) => {
      const [only] = axes(axis, x!.shape) as [number];
      const shape = x!.shape.filter((_, i) => i !== only);
      return cast(node(kernel, [x], 'int64', shape, { axis: only, keepdims: 0 }), 'int32');
    });
  lower<{ axis: number; exclusive: boolean; reverse: boolean }>('Cumsum', ({ x }, { axis, exclusive, reverse }) =>
    node('CumSum', [x, scalar((axis + x!.rank) % x!.rank, 'int64')], x!.type, x!.shape, {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    }),
  );
}

const axes = (axis: number | number[], shape: readonly number[]): number[] =>
  tf.util.parseAxisParam(axis, [...shape]).sort((a, b) => a - b);

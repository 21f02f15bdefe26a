/**
 * Filters between TensorFlow.js' order [kh, kw, C, K] and blocks [K/b, C/b, kh, kw, b, b]. Rows of b numbers are gathered:
 * ONNX Runtime gathers on all threads, transposes on one, and loses time between threads where it transposes many small matrices.
 */
import type { Value } from '../../graph/graph.ts';
import { gather, int64s, reshape, transpose } from '../../graph/ops.ts';
import type { Shape4D } from './blocks.ts';

/** HWIO → [K, C, kh, kw], in blocks. */
export function filterBlocks(filter: Value, b: number): Value {
  const [kh, kw, c, k] = filter.shape as Shape4D;
  const taps = kh * kw;
  const order = rowOrder('blocks', [taps, c, k, b], function* () {
    for (let K = 0; K < k / b; K++)
      for (let C = 0; C < c / b; C++)
        for (let t = 0; t < taps; t++) for (let i = 0; i < b; i++) yield ((t * c + C * b + i) * k) / b + K;
  });
  return reshape(gather(reshape(filter, [filter.size / b, b]), order, 0), [k, c, kh, kw]);
}

/** HWIO → the filter of the data gradient [C, K, kh, kw], in blocks: taps reversed in space, channels exchanged. */
export function reversedFilterBlocks(filter: Value, b: number): Value {
  const [kh, kw, c, k] = filter.shape as Shape4D;
  const taps = kh * kw;
  const exchanged = transpose(reshape(filter, [taps * c, k]), [1, 0]);
  const order = rowOrder('reversed', [taps, c, k, b], function* () {
    for (let C = 0; C < c / b; C++)
      for (let K = 0; K < k / b; K++)
        for (let t = taps - 1; t >= 0; t--) for (let i = 0; i < b; i++) yield (((K * b + i) * taps + t) * c) / b + C;
  });
  return reshape(gather(reshape(exchanged, [filter.size / b, b]), order, 0), [c, k, kh, kw]);
}

/** [C/b, K/b, kh, kw, b, b] → HWIO. */
export function filterOfBlocks(blocks: Value, [kh, kw, c, k]: Shape4D, b: number): Value {
  const taps = kh * kw;
  const order = rowOrder('gradient', [taps, c, k, b], function* () {
    for (let t = 0; t < taps; t++)
      for (let C = 0; C < c / b; C++)
        for (let i = 0; i < b; i++) for (let K = 0; K < k / b; K++) yield ((C * (k / b) + K) * taps + t) * b + i;
  });
  return reshape(gather(reshape(blocks, [blocks.size / b, b]), order, 0), [kh, kw, c, k]);
}

/** By shape, so that all filters of a shape share one constant. */
const orders = new Map<string, Value>();

function rowOrder(kind: string, shape: readonly number[], rows: () => Iterable<number>): Value {
  const key = `${kind} ${shape.join()}`;
  let order = orders.get(key);
  if (!order) orders.set(key, (order = int64s([...rows()])));
  return order;
}

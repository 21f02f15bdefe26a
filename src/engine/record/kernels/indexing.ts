/** Gathering, scattering, segments, and the largest elements. */
import * as tf from '@tensorflow/tfjs-core';
import { Node, sizeOf, Value } from '../../graph/graph.ts';
import {
  add,
  binary,
  cast,
  expand,
  filled,
  gather,
  int64s,
  mul,
  noBool,
  node,
  reduce,
  reshape,
  scalar,
  slice,
  transpose,
} from '../../graph/ops.ts';
import { lower } from './registry.ts';
import { nominal } from './shapes.ts';

export function registerIndexing(): void {
  lower<{ axis: number; batchDims: number }>('GatherV2', ({ x, indices }, { axis, batchDims }) => {
    const along = (axis + x!.rank) % x!.rank;
    if (!batchDims) return gather(x!, cast(indices!, 'int64'), along);
    const shapes = [nominal(x!), nominal(indices!)] as const;
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(...shapes, along, batchDims);
    return gatherInBatches(x!, indices!, info);
  });
  lower('GatherNd', ({ params, indices }) => {
    const [shape, count] = tf.backend_util.prepareAndValidate(nominal(params!), nominal(indices!));
    if (count === 0) return filled(shape, 0, params!.type);
    return node('GatherND', [params, cast(indices!, 'int64')], params!.type, shape);
  });
  lower<{ shape: number[] }>('ScatterNd', ({ indices, updates }, { shape }) => {
    const summed = scattered(filled(shape, 0, noBool(updates!).type), indices!, noBool(updates!), 'add');
    return cast(summed, updates!.type);
  });
  lower('TensorScatterUpdate', ({ tensor, indices, updates }) => scattered(tensor!, indices!, updates!));
  lower<{ outputShape: number[] }>(
    'SparseToDense',
    ({ sparseIndices, sparseValues, defaultValue }, { outputShape }) => {
      const base = expand(reshape(cast(defaultValue!, sparseValues!.type), []), outputShape);
      return scattered(base, sparseIndices!, sparseValues!);
    },
  );
  lower<{ numSegments: number }>('UnsortedSegmentSum', ({ x, segmentIds }, { numSegments }) => {
    const numbers = noBool(x!);
    const count = segmentIds!.size;
    const [width, shape] = [numbers.size / Math.max(1, count), [numSegments, ...x!.shape.slice(segmentIds!.rank)]];
    // A row more takes what belongs to no segment
    const isOutside = binary(
      'Or',
      binary('Less', segmentIds!, scalar(0, 'int32'), 'bool'),
      binary('GreaterOrEqual', segmentIds!, scalar(numSegments, 'int32'), 'bool'),
    );
    const rows = node('Where', [isOutside, scalar(numSegments, 'int32'), segmentIds], 'int32', segmentIds!.shape);
    const sums = scattered(
      filled([numSegments + 1, width], 0, numbers.type),
      reshape(rows, [count, 1]),
      reshape(numbers, [count, width]),
      'add',
    );
    return reshape(slice(sums, [0], [numSegments], [0]), shape);
  });

  lower<{ k: number }>('TopK', ({ x }, { k }) => {
    const shape = [...x!.shape.slice(0, -1), k];
    const numbers = noBool(x!);
    const found = new Node('TopK', '', [numbers, int64s([k])], { axis: -1, largest: 1, sorted: 1 }, [
      { type: numbers.type, shape },
      { type: 'int64', shape },
    ]);
    return [cast(found.outputs[0]!, x!.type), cast(found.outputs[1]!, 'int32')];
  });
  lower<{ side: 'left' | 'right' }>('SearchSorted', ({ sortedSequence, values }, { side }) => {
    // As many as lie before it
    const [sorted, wanted] = [noBool(sortedSequence!), noBool(values!)];
    const [row, column] = [
      reshape(sorted, [sorted.shape[0]!, 1, sorted.shape[1]!]),
      reshape(wanted, [...wanted.shape, 1]),
    ];
    const isBefore = binary(side === 'left' ? 'Less' : 'LessOrEqual', row, column, 'bool');
    return reduce('ReduceSum', cast(isBefore, 'int32'), [2], false);
  });
  lower('Diag', ({ x }) => {
    const { size } = x!;
    const each = counted(size);
    const isOn = binary('Equal', reshape(each, [size, 1]), each, 'bool');
    const numbers = noBool(x!);
    const square = node('Where', [isOn, reshape(numbers, [size]), scalar(0, numbers.type)], numbers.type, [size, size]);
    return cast(reshape(square, [...x!.shape, ...x!.shape]), x!.type);
  });
}

const counted = (length: number): Value =>
  new Value('int64', [length], { constant: BigInt64Array.from({ length }, (_, i) => BigInt(i)) });

/** `x` in batches, each with indices of its own: one gather from all batches' rows. */
function gatherInBatches(x: Value, indices: Value, info: tf.backend_util.segment_util.GatherOpShapeInfo): Value {
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
  const rows = transpose(reshape(x, [batchSize, outerSize, dimSize, sliceSize]), [0, 2, 1, 3]);
  const width = outerSize * sliceSize;
  const each = indices.size / batchSize;
  const firstRows = mul(reshape(counted(batchSize), [batchSize, 1]), scalar(dimSize, 'int64'));
  const at = add(reshape(cast(indices, 'int64'), [batchSize, each]), firstRows);
  const found = gather(reshape(rows, [batchSize * dimSize, width]), reshape(at, [batchSize * each]), 0);
  return reshape(transpose(reshape(found, [batchSize, each, outerSize, sliceSize]), [0, 2, 1, 3]), outputShape);
}

/** `base` with `updates` at `indices`: the last one stays, or all are added. */
function scattered(base: Value, indices: Value, updates: Value, reduction?: 'add'): Value {
  const info = tf.backend_util.calculateShapes(nominal(updates), nominal(indices), [...base.shape]);
  const { sliceRank, numUpdates, outputSize } = info;
  if (numUpdates === 0 || outputSize === 0) return base;
  const at = reshape(cast(indices, 'int64'), [numUpdates, sliceRank]);
  const shape = [numUpdates, ...base.shape.slice(sliceRank)];
  const each = updates.size === sizeOf(shape) ? reshape(updates, shape) : expand(updates, shape);
  return node('ScatterND', [base, at, each], base.type, base.shape, reduction ? { reduction } : {});
}

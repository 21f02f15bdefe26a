/** Cases of gathering, scattering, segments and the largest elements. */
import * as tf from '@tensorflow/tfjs-core';
import { bools, type Cases, floats, given, ints } from './case.ts';

const indices = (values: number[], shape?: number[]) => given(values, 'int32', shape ?? [values.length]);

export const indexing: Cases = {
  GatherV2: [
    { name: 'rows', inputs: [floats([5, 3]), indices([4, 0, 0, 2])], run: (x, i) => tf.gather(x!, i as tf.Tensor1D) },
    { name: 'columns', inputs: [floats([2, 5]), indices([3, 1])], run: (x, i) => tf.gather(x!, i as tf.Tensor1D, -1) },
    {
      name: 'a matrix of indices',
      inputs: [floats([5, 2]), indices([3, 1, 0, 4], [2, 2])],
      run: (x, i) => tf.gather(x!, i as tf.Tensor1D),
    },
    { name: 'one index', inputs: [floats([5, 2]), indices([3], [])], run: (x, i) => tf.gather(x!, i as tf.Tensor1D) },
    { name: 'int32', inputs: [ints([5]), indices([3, 1])], run: (x, i) => tf.gather(x!, i as tf.Tensor1D) },
    { name: 'bool', inputs: [bools([5]), indices([3, 1])], run: (x, i) => tf.gather(x!, i as tf.Tensor1D) },
    {
      name: 'in batches, the axis behind',
      inputs: [floats([2, 3, 4, 2]), indices([0, 3, 3, 1, 0, 2], [2, 3])],
      run: (x, i) => tf.gather(x!, i as tf.Tensor1D, 2, 1),
    },
    {
      name: 'in batches, the next axis',
      inputs: [ints([2, 4]), indices([0, 3, 1, 1], [2, 2])],
      run: (x, i) => tf.gather(x!, i as tf.Tensor1D, 1, 1),
    },
    {
      name: 'the gradient along rows',
      inputs: [floats([4, 2])],
      run: (x) => tf.gather(x!, tf.tensor1d([3, 1, 3], 'int32')),
      gradients: true,
    },
  ],
  GatherNd: [
    { name: 'elements', inputs: [floats([3, 4]), indices([0, 1, 2, 3], [2, 2])], run: (x, i) => tf.gatherND(x!, i!) },
    { name: 'rows', inputs: [floats([3, 4]), indices([2, 0], [2, 1])], run: (x, i) => tf.gatherND(x!, i!) },
    { name: 'none', inputs: [floats([3, 4]), indices([], [0, 2])], run: (x, i) => tf.gatherND(x!, i!) },
    { name: 'int32', inputs: [ints([2, 2, 2]), indices([1, 0, 0, 1], [2, 2])], run: (x, i) => tf.gatherND(x!, i!) },
  ],
  ScatterNd: [
    {
      name: 'adds what falls together',
      inputs: [floats([3]), indices([1, 3, 1], [3, 1])],
      run: (u, i) => tf.scatterND(i!, u!, [5]),
    },
    { name: 'rows', inputs: [floats([2, 3]), indices([3, 0], [2, 1])], run: (u, i) => tf.scatterND(i!, u!, [4, 3]) },
    { name: 'int32', inputs: [ints([2]), indices([0, 1, 1, 0], [2, 2])], run: (u, i) => tf.scatterND(i!, u!, [2, 2]) },
  ],
  TensorScatterUpdate: [
    {
      name: 'elements',
      inputs: [floats([3, 2]), indices([0, 1, 2, 0], [2, 2]), floats([2])],
      run: (x, i, u) => tf.tensorScatterUpdate(x!, i!, u!),
    },
    {
      name: 'rows, int32',
      inputs: [ints([3, 2]), indices([2], [1, 1]), ints([1, 2])],
      run: (x, i, u) => tf.tensorScatterUpdate(x!, i!, u!),
    },
  ],
  SparseToDense: [
    {
      name: 'in a vector',
      inputs: [floats([2]), indices([4, 1]), floats([])],
      run: (v, i, d) => tf.sparseToDense(i!, v!, [6], d as tf.Scalar),
    },
    {
      name: 'in a matrix, one value',
      inputs: [ints([]), indices([0, 1, 2, 2], [2, 2]), ints([])],
      run: (v, i, d) => tf.sparseToDense(i!, v!, [3, 3], d as tf.Scalar),
    },
  ],
  UnsortedSegmentSum: [
    {
      name: 'rows, some in no segment',
      inputs: [floats([5, 2]), indices([2, 0, -1, 2, 7])],
      run: (x, i) => tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 4),
    },
    {
      name: 'its gradient',
      inputs: [floats([4, 2])],
      run: (x) => tf.unsortedSegmentSum(x!, tf.tensor1d([1, 0, 1, 1], 'int32'), 2),
      gradients: true,
    },
  ],
  TopK: [
    { name: 'floats', inputs: [floats([2, 6])], run: (x) => Object.values(tf.topk(x!, 3)) },
    { name: 'ties', inputs: [ints([4, 8], 0, 3)], run: (x) => Object.values(tf.topk(x!, 5)) },
    { name: 'none', inputs: [floats([3])], run: (x) => Object.values(tf.topk(x!, 0)) },
  ],
  SearchSorted: [
    {
      name: 'lower bounds',
      inputs: [given([1, 2, 2, 5, 0, 3, 3, 9], 'float32', [2, 4]), floats([2, 5], -1, 10)],
      run: (s, v) => tf.searchSorted(s!, v!),
    },
    {
      name: 'upper bounds, ties',
      inputs: [given([1, 2, 2, 5], 'int32', [4]), indices([0, 1, 2, 5, 9])],
      run: (s, v) => tf.searchSorted(s!, v!, 'right'),
    },
  ],
  Diag: [
    { name: 'of a vector', inputs: [floats([4])], run: (x) => tf.diag(x!) },
    { name: 'of a matrix, int32', inputs: [ints([2, 3])], run: (x) => tf.diag(x!) },
  ],
};

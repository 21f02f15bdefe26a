/** Cases of the kernels that move, select or repeat elements. */
import * as tf from '@tensorflow/tfjs-core';
import { bools, type Cases, floats, ints } from './case.ts';

export const shapes: Cases = {
  Reshape: [
    { name: 'implied length', inputs: [floats([2, 6])], run: (x) => tf.reshape(x!, [3, -1]), gradients: true },
    { name: 'to a scalar', inputs: [floats([1, 1])], run: (x) => tf.reshape(x!, []), gradients: true },
    { name: 'there and back', inputs: [floats([2, 3])], run: (x) => tf.reshape(tf.reshape(x!, [6]), [2, 3]) },
    { name: 'nothing', inputs: [floats([0, 3])], run: (x) => tf.reshape(x!, [3, 0]) },
    { name: 'bool', inputs: [bools([4])], run: (x) => tf.reshape(x!, [2, 2]) },
  ],
  ExpandDims: [
    { name: 'in front', inputs: [floats([2, 3])], run: (x) => tf.expandDims(x!, 0), gradients: true },
    { name: 'behind, negative', inputs: [floats([2, 3])], run: (x) => tf.expandDims(x!, -1) },
    { name: 'between, negative', inputs: [floats([2, 3])], run: (x) => tf.expandDims(x!, -2) },
  ],
  Transpose: [
    { name: 'reversed', inputs: [floats([2, 3, 4])], run: (x) => tf.transpose(x!), gradients: true },
    { name: 'permuted', inputs: [floats([2, 3, 4, 5])], run: (x) => tf.transpose(x!, [0, 3, 1, 2]), gradients: true },
    { name: 'axes of length 1', inputs: [floats([1, 3, 1, 2])], run: (x) => tf.transpose(x!, [1, 0, 3, 2]) },
    { name: 'bool', inputs: [bools([2, 3])], run: (x) => tf.transpose(x!) },
  ],
  Concat: [
    { name: 'first axis', inputs: [floats([2, 3]), floats([1, 3])], run: (...p) => tf.concat(p, 0), gradients: true },
    {
      name: 'negative axis, three parts',
      inputs: [floats([2, 1]), floats([2, 3]), floats([2, 2])],
      run: (...p) => tf.concat(p, -1),
      gradients: true,
    },
    { name: 'an empty part', inputs: [floats([2, 0]), floats([2, 2])], run: (...p) => tf.concat(p, 1) },
    { name: 'empty parts only', inputs: [floats([0, 2]), floats([0, 2])], run: (...p) => tf.concat(p, 0) },
    { name: 'empty across', inputs: [floats([0, 2]), floats([0, 3])], run: (...p) => tf.concat(p, 1) },
    { name: 'int32', inputs: [ints([2]), ints([3])], run: (...p) => tf.concat(p) },
    { name: 'bool', inputs: [bools([2]), bools([3])], run: (...p) => tf.concat(p) },
  ],
  Pack: [
    { name: 'in front', inputs: [floats([2]), floats([2])], run: (...p) => tf.stack(p), gradients: true },
    { name: 'behind', inputs: [floats([2]), floats([2]), floats([2])], run: (...p) => tf.stack(p, 1), gradients: true },
    { name: 'negative axis', inputs: [ints([2]), ints([2])], run: (...p) => tf.stack(p, -1) },
    { name: 'one scalar', inputs: [floats([])], run: (...p) => tf.stack(p) },
  ],
  Unpack: [
    { name: 'first axis', inputs: [floats([3, 2])], run: (x) => tf.unstack(x!), gradients: true },
    { name: 'negative axis', inputs: [floats([3, 2])], run: (x) => tf.unstack(x!, -1), gradients: true },
    { name: 'bool', inputs: [bools([2, 2])], run: (x) => tf.unstack(x!) },
  ],
  Slice: [
    { name: 'middle', inputs: [floats([4, 5])], run: (x) => tf.slice(x!, [1, 2], [2, 2]), gradients: true },
    { name: 'to the end', inputs: [floats([4, 5])], run: (x) => tf.slice(x!, [1, 2], [-1, -1]), gradients: true },
    { name: 'begin alone', inputs: [floats([4, 5])], run: (x) => tf.slice(x!, 2), gradients: true },
    { name: 'everything', inputs: [floats([2, 2])], run: (x) => tf.slice(x!, [0, 0], [2, 2]) },
    { name: 'nothing', inputs: [floats([4, 5])], run: (x) => tf.slice(x!, [1, 0], [0, 5]) },
    { name: 'bool', inputs: [bools([4])], run: (x) => tf.slice(x!, [1], [2]) },
  ],
  SplitV: [
    { name: 'in halves', inputs: [floats([4, 3])], run: (x) => tf.split(x!, 2), gradients: true },
    { name: 'by sizes', inputs: [floats([2, 6])], run: (x) => tf.split(x!, [1, 2, 3], 1), gradients: true },
    { name: 'the rest, negative axis', inputs: [floats([2, 6])], run: (x) => tf.split(x!, [1, -1], -1) },
    { name: 'a part of nothing', inputs: [floats([2, 3])], run: (x) => tf.split(x!, [0, 3], 1) },
  ],
  Reverse: [
    { name: 'one axis', inputs: [floats([3, 4])], run: (x) => tf.reverse(x!, 1), gradients: true },
    { name: 'negative axes', inputs: [floats([3, 4, 2])], run: (x) => tf.reverse(x!, [-1, -3]), gradients: true },
    { name: 'every axis', inputs: [floats([3, 2])], run: (x) => tf.reverse(x!), gradients: true },
    { name: 'int32', inputs: [ints([3])], run: (x) => tf.reverse(x!) },
    { name: 'bool', inputs: [bools([3])], run: (x) => tf.reverse(x!) },
  ],
  PadV2: [
    {
      name: 'unevenly',
      inputs: [floats([2, 3])],
      run: (x) =>
        tf.pad(x!, [
          [1, 0],
          [0, 2],
        ]),
      gradients: true,
    },
    { name: 'with a number', inputs: [floats([3])], run: (x) => tf.pad(x!, [[1, 2]], 0.5), gradients: true },
    { name: 'with infinity', inputs: [floats([3])], run: (x) => tf.pad(x!, [[1, 0]], -Infinity) },
    { name: 'not at all', inputs: [floats([3])], run: (x) => tf.pad(x!, [[0, 0]]) },
    { name: 'int32', inputs: [ints([3])], run: (x) => tf.pad(x!, [[1, 1]], 2) },
    { name: 'bool', inputs: [bools([3])], run: (x) => tf.pad(x!, [[1, 1]], 1) },
    { name: 'nothing', inputs: [floats([0])], run: (x) => tf.pad(x!, [[1, 1]]) },
  ],
  Tile: [
    { name: 'both axes', inputs: [floats([2, 3])], run: (x) => tf.tile(x!, [2, 3]), gradients: true },
    { name: 'an axis of length 1', inputs: [floats([1, 3])], run: (x) => tf.tile(x!, [4, 1]), gradients: true },
    { name: 'once', inputs: [floats([3])], run: (x) => tf.tile(x!, [1]) },
    { name: 'int32', inputs: [ints([3])], run: (x) => tf.tile(x!, [2]) },
    { name: 'bool', inputs: [bools([3])], run: (x) => tf.tile(x!, [2]) },
  ],
};

/** Cases of the reductions. */
import * as tf from '@tensorflow/tfjs-core';
import { bools, type Case, type Cases, floats, given, ints } from './case.ts';

type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const AXES: [string, number | number[] | undefined, boolean][] = [
  ['all', undefined, false],
  ['all, kept', undefined, true],
  ['first', 0, false],
  ['last, negative', -1, true],
  ['two, unsorted', [2, 0], false],
  ['two, negative, kept', [-1, -2], true],
];

const overAxes = (reduction: Reduction, gradients: boolean, low = -2, high = 2): Case[] =>
  AXES.map(([name, axis, keepDims]) => ({
    name,
    inputs: [floats([3, 1, 4], low, high)],
    run: (x) => reduction(x!, axis, keepDims),
    gradients,
  }));

const of = (
  name: string,
  reduction: Reduction | typeof tf.argMax,
  input: Case['inputs'][number],
  axis?: number,
): Case => ({
  name,
  inputs: [input],
  run: (x) => reduction(x!, axis),
});

export const reductions: Cases = {
  Sum: [
    ...overAxes(tf.sum, true),
    of('int32', tf.sum, ints([3, 4]), 1),
    of('bool', tf.sum, bools([3, 4]), 0),
    of('a scalar', tf.sum, floats([])),
    of('nothing', tf.sum, floats([0, 3]), 0),
    of('NaN', tf.sum, given([1, NaN])),
  ],
  Mean: [
    ...overAxes(tf.mean, true),
    of('int32', tf.mean, ints([3, 4]), 1),
    of('bool', tf.mean, bools([3, 4]), 0),
    of('a scalar', tf.mean, floats([])),
  ],
  Prod: [
    // tfjs' gradient of a product fails
    ...overAxes(tf.prod, false, 0.5, 1.5),
    of('int32', tf.prod, ints([3, 2], 1, 4), 1),
    of('bool', tf.prod, bools([3, 4]), 0),
  ],
  Max: [
    ...overAxes(tf.max, true),
    of('int32', tf.max, ints([3, 4]), 1),
    of('bool', tf.max, bools([3, 2]), 0),
    of('a scalar', tf.max, floats([])),
    of('NaN', tf.max, given([1, NaN, 2])),
    of('minus infinity', tf.max, given([-Infinity, -Infinity])),
    { name: 'within logSoftmax', inputs: [floats([3, 5])], run: (x) => tf.logSoftmax(x!), gradients: true },
    { name: 'within logSoftmax, large logits', inputs: [given([1000, 999, -1000])], run: (x) => tf.logSoftmax(x!) },
  ],
  Min: [
    ...overAxes(tf.min, true),
    of('int32', tf.min, ints([3, 4]), 1),
    of('bool', tf.min, bools([3, 2]), 0),
    of('NaN', tf.min, given([1, NaN, 2])),
  ],
  All: [
    of('every axis', tf.all, bools([2, 2])),
    of('the last axis', tf.all, bools([6, 2]), -1),
    { name: 'kept', inputs: [bools([6, 2])], run: (x) => tf.all(x!, 1, true) },
  ],
  Any: [of('every axis', tf.any, bools([2, 2])), of('the last axis', tf.any, bools([6, 2]), -1)],
  ArgMax: [
    of('first axis', tf.argMax, floats([5, 3])),
    of('last axis', tf.argMax, floats([5, 3]), -1),
    of('ties', tf.argMax, ints([6, 8], 0, 3), 1),
    of('vector', tf.argMax, floats([7]), 0),
    of('bool', tf.argMax, bools([4, 4]), 1),
  ],
  ArgMin: [
    of('first axis', tf.argMin, floats([5, 3])),
    of('last axis', tf.argMin, floats([5, 3]), -1),
    of('ties', tf.argMin, ints([6, 8], 0, 3), 1),
  ],
  Cumsum: [
    { name: 'last axis', inputs: [floats([3, 4])], run: (x) => tf.cumsum(x!, 1), gradients: true },
    { name: 'first axis, exclusive', inputs: [floats([3, 4])], run: (x) => tf.cumsum(x!, 0, true) },
    {
      name: 'middle axis, reverse',
      inputs: [floats([2, 3, 2])],
      run: (x) => tf.cumsum(x!, 1, false, true),
    },
    { name: 'both', inputs: [floats([5])], run: (x) => tf.cumsum(x!, 0, true, true), gradients: true },
    { name: 'int32', inputs: [ints([5])], run: (x) => tf.cumsum(x!) },
    { name: 'bool', inputs: [bools([5])], run: (x) => tf.cumsum(x!) },
  ],
  Cumprod: [
    { name: 'last axis', inputs: [floats([3, 5])], run: (x) => tf.cumprod(x!, 1) },
    { name: 'first axis, exclusive', inputs: [floats([4, 2])], run: (x) => tf.cumprod(x!, 0, true) },
    { name: 'middle axis, reverse', inputs: [floats([2, 7, 2])], run: (x) => tf.cumprod(x!, 1, false, true) },
    { name: 'both', inputs: [floats([6])], run: (x) => tf.cumprod(x!, 0, true, true) },
    { name: 'int32', inputs: [ints([5], 1, 4)], run: (x) => tf.cumprod(x!) },
  ],
};

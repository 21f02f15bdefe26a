/** Cases of the element-wise kernels. */
import * as tf from '@tensorflow/tfjs-core';
import { bools, type Case, type Cases, floats, given, ints } from './case.ts';

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const SHAPES: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[], [2, 2]],
  [[5], [1]],
  [[4], [1, 1]],
  [[1], []],
  [[0, 3], [3]],
];

const SPECIAL = [NaN, Infinity, -Infinity, 0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-4, 3e4, -3e4, 88, -88, 20, -20];

interface BinaryOptions {
  low?: number;
  high?: number;
  integers?: boolean;
  /** TensorFlow.js' gradients of some operations are wrong where they broadcast. */
  gradients?: 'broadcast' | 'one shape' | 'none';
}

/** Broadcast shapes of floats with gradients, and integers. */
function binary(run: Binary, options: BinaryOptions = {}): Case[] {
  const { low = -2, high = 2, gradients = 'broadcast', integers = true } = options;
  const cases: Case[] = SHAPES.map(([a, b], i) => ({
    name: `[${a.join()}] and [${b.join()}]`,
    inputs: [floats(a, low, high), floats(b, low, high)],
    run: (a, b) => run(a!, b!),
    gradients: gradients === 'broadcast' || (gradients === 'one shape' && i === 0),
  }));
  if (integers)
    cases.push(
      { name: 'int32', inputs: [ints([3, 4], 1, 6), ints([4], 1, 4)], run: run },
      { name: 'int32 and float32', inputs: [ints([3, 4], 1, 6), floats([3, 1], 1, 2)], run: run },
    );
  return cases;
}

function comparison(run: Binary): Case[] {
  return [
    ...binary(run, { gradients: 'none' }),
    { name: 'equal numbers', inputs: [ints([20], 0, 3), ints([20], 0, 3)], run: run },
    { name: 'bool', inputs: [bools([8]), bools([8])], run: run },
    { name: 'NaN and infinity', inputs: [given(SPECIAL), given(SPECIAL.toReversed())], run: run },
  ];
}

interface UnaryOptions {
  low?: number;
  high?: number;
  gradients?: boolean;
  integers?: boolean;
  special?: boolean;
  /** What comes before the names of the cases. */
  named?: string;
}

function unary(run: Unary, options: UnaryOptions = {}): Case[] {
  const { low = -2, high = 2, gradients = true, integers = false, special = true, named = '' } = options;
  const of = (name: string, input: Case['inputs'][number], more: Partial<Case> = {}): Case => ({
    name: named + name,
    inputs: [input],
    run: (x) => run(x!),
    ...more,
  });
  return [
    ...[[3, 4], [], [1], [0, 2]].map((shape) => of(`[${shape.join()}]`, floats(shape, low, high), { gradients })),
    ...(special ? [of('special numbers', given(SPECIAL))] : []),
    ...(integers ? [of('int32', ints([3, 3]))] : []),
  ];
}

const halves = given([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0.49, 1e6, -0.51]);

export const elementwise: Cases = {
  Add: binary(tf.add),
  Sub: binary(tf.sub),
  Multiply: [...binary(tf.mul), { name: 'bool', inputs: [bools([4]), bools([4])], run: (a, b) => tf.mul(a!, b!) }],
  Maximum: [
    ...binary(tf.maximum, { gradients: 'one shape' }),
    { name: 'bool', inputs: [bools([4]), bools([4])], run: (a, b) => tf.maximum(a!, b!) },
    { name: 'NaN', inputs: [given([NaN, 1, NaN]), given([1, NaN, NaN])], run: (a, b) => tf.maximum(a!, b!) },
  ],
  Minimum: [
    ...binary(tf.minimum, { gradients: 'one shape' }),
    { name: 'NaN', inputs: [given([NaN, 1, NaN]), given([1, NaN, NaN])], run: (a, b) => tf.minimum(a!, b!) },
  ],
  Pow: [
    ...binary(tf.pow, { low: 0.2, high: 2 }),
    { name: 'scalar exponent', inputs: [floats([6])], run: (x) => tf.pow(x!, 2), gradients: true },
    { name: 'int32 exponent of zero', inputs: [ints([5], 0, 4), given([0], 'int32')], run: (a, b) => tf.pow(a!, b!) },
  ],
  RealDiv: binary(tf.div, { low: 0.5, high: 2, integers: false }),
  FloorDiv: [
    ...binary(tf.floorDiv, { low: 0.5, high: 3, gradients: 'none' }),
    {
      name: 'negative int32',
      inputs: [ints([30], -9, 10), given([-4, 3, 1], 'int32', [3, 1])],
      run: (a, b) => tf.floorDiv(a!, b!),
    },
    { name: 'int32 divided', inputs: [ints([8], 1, 100), given([7], 'int32')], run: (a, b) => tf.div(a!, b!) },
  ],
  SquaredDifference: binary(tf.squaredDifference, { gradients: 'one shape' }),
  AddN: [1, 2, 4].map((count) => ({
    name: `${count} inputs`,
    inputs: Array.from({ length: count }, () => floats([2, 3])),
    run: (...parts: tf.Tensor[]) => tf.addN(parts),
    gradients: true,
  })),

  Equal: comparison(tf.equal),
  NotEqual: comparison(tf.notEqual),
  Greater: comparison(tf.greater),
  GreaterEqual: comparison(tf.greaterEqual),
  Less: comparison(tf.less),
  LessEqual: comparison(tf.lessEqual),
  LogicalAnd: [{ name: 'broadcast', inputs: [bools([4, 3]), bools([3])], run: (a, b) => tf.logicalAnd(a!, b!) }],
  LogicalOr: [{ name: 'broadcast', inputs: [bools([4, 1]), bools([3])], run: (a, b) => tf.logicalOr(a!, b!) }],
  LogicalNot: [{ name: 'bool', inputs: [bools([5])], run: (x) => tf.logicalNot(x!) }],
  Select: [
    {
      name: 'floats',
      inputs: [bools([3, 4]), floats([3, 4]), floats([3, 4])],
      run: (c, a, b) => tf.where(c!, a!, b!),
      gradients: true,
    },
    {
      name: 'broadcast',
      inputs: [bools([3, 1]), floats([4]), floats([])],
      run: (c, a, b) => tf.where(c!, a!, b!),
    },
    {
      name: 'int32',
      inputs: [bools([4]), ints([4]), ints([4])],
      run: (c, a, b) => tf.where(c!, a!, b!),
    },
    {
      name: 'int32 and float32',
      inputs: [bools([4]), ints([4]), floats([4])],
      run: (c, a, b) => tf.where(c!, a!, b!),
    },
    {
      name: 'bool',
      inputs: [bools([4]), bools([4]), bools([4])],
      run: (c, a, b) => tf.where(c!, a!, b!),
    },
    {
      name: 'condition of the first axis',
      inputs: [bools([3]), floats([3, 2]), floats([3, 2])],
      run: (c, a, b) => tf.where(tf.reshape(c!, [3, 1]), a!, b!),
    },
  ],

  Neg: unary(tf.neg, { integers: true }),
  Abs: unary(tf.abs, { integers: true }),
  Exp: unary(tf.exp, { integers: true }),
  Expm1: unary(tf.expm1, { integers: true }),
  Log: unary(tf.log, { low: 0.1, high: 4 }),
  Log1p: unary(tf.log1p, { low: -0.5, high: 4 }),
  Sqrt: unary(tf.sqrt, { low: 0.1, high: 4 }),
  Rsqrt: unary(tf.rsqrt, { low: 0.1, high: 4 }),
  Square: unary(tf.square, { integers: true }),
  Reciprocal: unary(tf.reciprocal, { low: 0.5, high: 4 }),
  Sigmoid: unary(tf.sigmoid),
  Tanh: unary(tf.tanh),
  Sinh: unary(tf.sinh, { special: false }),
  Cosh: unary(tf.cosh, { special: false }),
  // large angles are reduced differently, and tfjs does so in float64
  Sin: unary(tf.sin, { special: false }),
  Cos: unary(tf.cos, { special: false }),
  Tan: unary(tf.tan, { low: -1, high: 1, special: false }),
  Asin: unary(tf.asin, { low: -0.9, high: 0.9 }),
  Acos: unary(tf.acos, { low: -0.9, high: 0.9 }),
  Atan: unary(tf.atan),
  Asinh: unary(tf.asinh, { special: false }),
  Acosh: unary(tf.acosh, { low: 1.2, high: 4, special: false }),
  Atanh: unary(tf.atanh, { low: -0.9, high: 0.9, special: false }),
  Atan2: [
    {
      name: 'every quadrant',
      inputs: [floats([6, 5]), floats([6, 5])],
      run: (a, b) => tf.atan2(a!, b!),
      gradients: true,
    },
    { name: 'broadcast', inputs: [floats([3, 1]), floats([4])], run: (a, b) => tf.atan2(a!, b!) },
    {
      name: 'on the axes',
      inputs: [given([0, 0, 1, -1, 0]), given([1, -1, 0, 0, 0])],
      run: (a, b) => tf.atan2(a!, b!),
    },
  ],
  Mod: [
    { name: 'signs', inputs: [floats([30], -9, 9), floats([30], -4, 4)], run: (a, b) => tf.mod(a!, b!) },
    { name: 'int32', inputs: [ints([20], -9, 9), ints([20], 1, 4)], run: (a, b) => tf.mod(a!, b!) },
    { name: 'broadcast', inputs: [floats([3, 1]), floats([4], 0.5, 2)], run: (a, b) => tf.mod(a!, b!) },
  ],
  Prelu: [
    { name: 'a slope each', inputs: [floats([3, 4]), floats([4])], run: (x, a) => tf.prelu(x!, a!), gradients: true },
    { name: 'one slope', inputs: [floats([3, 4]), floats([])], run: (x, a) => tf.prelu(x!, a!) },
  ],
  Selu: unary(tf.selu),
  Erf: unary(tf.erf),
  Softplus: unary(tf.softplus),
  Relu: unary(tf.relu, { integers: true }),
  Relu6: unary(tf.relu6, { low: -4, high: 9, integers: true }),
  LeakyRelu: [
    ...unary((x) => tf.leakyRelu(x), { integers: true }),
    ...unary((x) => tf.leakyRelu(x, 0.5), { special: false, named: 'slope 0.5, ' }),
  ],
  Elu: unary(tf.elu),
  EluGrad: unary(tf.elu, { special: false }),
  Sign: [...unary(tf.sign, { special: false, integers: true })],
  Floor: [...unary(tf.floor), { name: 'halves', inputs: [halves], run: (x) => tf.floor(x!) }],
  Ceil: [...unary(tf.ceil), { name: 'halves', inputs: [halves], run: (x) => tf.ceil(x!) }],
  Round: [
    ...unary(tf.round, { integers: true }),
    { name: 'halves, to even', inputs: [halves], run: (x) => tf.round(x!) },
  ],
  Step: [
    ...unary((x) => tf.step(x), { gradients: false }),
    ...unary((x) => tf.step(x, 0.3), { gradients: false, named: 'slope 0.3, ' }),
  ],
  IsNan: unary(tf.isNaN, { gradients: false, integers: true }),
  IsInf: unary(tf.isInf, { gradients: false, integers: true }),
  IsFinite: unary(tf.isFinite, { gradients: false, integers: true }),
  ClipByValue: [
    ...unary((x) => tf.clipByValue(x, -0.5, 0.75)),
    { name: 'int32', inputs: [ints([9])], run: (x) => tf.clipByValue(x!, -2, 3) },
  ],
  Identity: [
    { name: 'clone', inputs: [floats([2, 2])], run: (x) => tf.clone(x!), gradients: true },
    { name: 'clone of int32', inputs: [ints([2, 2])], run: (x) => tf.clone(x!) },
  ],
  Cast: [
    { name: 'float32 to int32', inputs: [given([-2.7, -0.2, 0.9, 3.99, 1e6])], run: (x) => tf.cast(x!, 'int32') },
    { name: 'float32 to bool', inputs: [given([0, 0.5, -1, NaN])], run: (x) => tf.cast(x!, 'bool') },
    { name: 'int32 to float32', inputs: [ints([4])], run: (x) => tf.cast(x!, 'float32') },
    { name: 'int32 to bool', inputs: [ints([4], 0, 3)], run: (x) => tf.cast(x!, 'bool') },
    { name: 'bool to float32', inputs: [bools([4])], run: (x) => tf.cast(x!, 'float32') },
    { name: 'bool to int32', inputs: [bools([4])], run: (x) => tf.cast(x!, 'int32') },
    { name: 'to itself', inputs: [floats([4])], run: (x) => tf.cast(x!, 'float32'), gradients: true },
  ],

  Fill: [
    { name: 'float32', inputs: [], run: () => tf.fill([2, 3], 0.5) },
    { name: 'int32', inputs: [], run: () => tf.fill([2], 7, 'int32') },
    { name: 'bool', inputs: [], run: () => tf.fill([2], 1, 'bool') },
    { name: 'infinity', inputs: [], run: () => tf.fill([2, 2], -Infinity) },
    { name: 'scalar', inputs: [], run: () => tf.fill([], 3) },
    { name: 'nothing', inputs: [], run: () => tf.fill([0, 4], 3) },
  ],
  ZerosLike: [
    { name: 'float32', inputs: [floats([2, 3])], run: (x) => tf.zerosLike(x!) },
    { name: 'bool', inputs: [bools([3])], run: (x) => tf.zerosLike(x!) },
  ],
  OnesLike: [
    { name: 'float32', inputs: [floats([2, 3])], run: (x) => tf.onesLike(x!) },
    { name: 'int32', inputs: [ints([3])], run: (x) => tf.onesLike(x!) },
  ],
  Range: [
    { name: 'upwards', inputs: [], run: () => tf.range(0, 5) },
    { name: 'downwards without a step', inputs: [], run: () => tf.range(5, 0) },
    { name: 'downwards', inputs: [], run: () => tf.range(5, 0, -2) },
    { name: 'the wrong way', inputs: [], run: () => tf.range(0, 5, -1) },
    { name: 'empty', inputs: [], run: () => tf.range(3, 3) },
    { name: 'fractions', inputs: [], run: () => tf.range(0, 1, 0.3) },
    { name: 'int32', inputs: [], run: () => tf.range(2, 9, 3, 'int32') },
  ],
  LinSpace: [
    { name: 'eleven', inputs: [], run: () => tf.linspace(-1, 1, 11) },
    { name: 'one', inputs: [], run: () => tf.linspace(2, 3, 1) },
    { name: 'two downwards', inputs: [], run: () => tf.linspace(3, 1, 2) },
  ],

  Softmax: [
    { name: 'matrix', inputs: [floats([3, 5])], run: (x) => tf.softmax(x!), gradients: true },
    { name: 'rank 4', inputs: [floats([2, 1, 3, 4])], run: (x) => tf.softmax(x!), gradients: true },
    { name: 'vector of one', inputs: [floats([1])], run: (x) => tf.softmax(x!), gradients: true },
    { name: 'large logits', inputs: [given([1000, 999, -1000])], run: (x) => tf.softmax(x!) },
    { name: 'a masked logit', inputs: [given([1, -Infinity, 2])], run: (x) => tf.softmax(x!) },
  ],
  OneHot: [
    { name: 'default type', inputs: [ints([4], 0, 3)], run: (x) => tf.oneHot(x!, 3) },
    { name: 'float32', inputs: [ints([4], 0, 3)], run: (x) => tf.oneHot(x!, 3, 1, 0, 'float32') },
    { name: 'on and off', inputs: [ints([2, 3], 0, 4)], run: (x) => tf.oneHot(x!, 4, 0.5, -1, 'float32') },
    { name: 'bool', inputs: [ints([3], 0, 2)], run: (x) => tf.oneHot(x!, 2, 1, 0, 'bool') },
    { name: 'out of range', inputs: [given([-1, 3, 1], 'int32')], run: (x) => tf.oneHot(x!, 3, 1, 0, 'float32') },
  ],
};

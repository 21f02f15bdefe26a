/** Element-wise kernels: arithmetic, comparison, selection, casting. */
import * as tf from '@tensorflow/tfjs-core';
import { type ElementType, Value } from '../../graph/graph.ts';
import {
  add,
  binary,
  broadcastShape,
  cast,
  div,
  expand,
  mul,
  noBool,
  node,
  reduce,
  reshape,
  scalar,
  sub,
  unary,
} from '../../graph/ops.ts';
import { elementTypeOf, isHostType } from '../types.ts';
import { lower } from './registry.ts';

export function registerElementwise(): void {
  const ONNX_BINARY = { Add: 'Add', Sub: 'Sub', Multiply: 'Mul', Maximum: 'Max', Minimum: 'Min', Pow: 'Pow' };
  for (const [kernel, op] of Object.entries(ONNX_BINARY))
    lower(kernel, ({ a, b }) => cast(binary(op, noBool(a!), noBool(b!)), a!.type));
  // tfjs divides integers as real numbers only after casting, so an int32 result is truncated like its cpu kernel's
  lower('RealDiv', ({ a, b }) => div(a!, b!));
  lower('SquaredDifference', ({ a, b }) => {
    const d = sub(a!, b!);
    return mul(d, d);
  });
  lower('AddN', (inputs) => Object.values(inputs).reduce(add));
  lower('FloorDiv', ({ a, b }) => cast(unary('Floor', div(cast(a!, 'float32'), cast(b!, 'float32'))), 'int32'));

  lower('Atan2', ({ a, b }) => cast(angle(cast(a!, 'float32'), cast(b!, 'float32')), a!.type));
  lower('Mod', ({ a, b }) => cast(modulo(cast(a!, 'float32'), cast(b!, 'float32')), a!.type));

  const COMPARISONS = {
    Equal: 'Equal',
    Greater: 'Greater',
    GreaterEqual: 'GreaterOrEqual',
    Less: 'Less',
    LessEqual: 'LessOrEqual',
  };
  for (const [kernel, op] of Object.entries(COMPARISONS))
    lower(kernel, ({ a, b }) => binary(op, noBool(a!), noBool(b!), 'bool'));
  lower('NotEqual', ({ a, b }) => unary('Not', binary('Equal', a!, b!, 'bool')));
  lower('LogicalAnd', ({ a, b }) => binary('And', a!, b!));
  lower('LogicalOr', ({ a, b }) => binary('Or', a!, b!));
  lower('LogicalNot', ({ x }) => unary('Not', x!));
  lower('Select', ({ condition, t, e }) => {
    const c = condition!.rank < t!.rank ? alignLeft(condition!, t!.rank) : condition!;
    const type = tf.upcastType(t!.type as tf.DataType, e!.type as tf.DataType) as ElementType;
    const [p, q] = [noBool(cast(t!, type)), noBool(cast(e!, type))];
    return cast(node('Where', [c, p, q], p.type, [c, p, q].map((v) => v.shape).reduce(broadcastShape)), type);
  });

  const OF_ANY_NUMBER = { Neg: 'Neg', Abs: 'Abs', Relu: 'Relu' };
  for (const [kernel, op] of Object.entries(OF_ANY_NUMBER))
    lower(kernel, ({ x }) => ofNumbers(x!, (n) => unary(op, n)));
  const OF_REAL_NUMBERS = {
    Log: 'Log',
    Sqrt: 'Sqrt',
    Sigmoid: 'Sigmoid',
    Tanh: 'Tanh',
    Sin: 'Sin',
    Cos: 'Cos',
    Tan: 'Tan',
    Erf: 'Erf',
    Softplus: 'Softplus',
    Floor: 'Floor',
    Ceil: 'Ceil',
    Round: 'Round',
    Reciprocal: 'Reciprocal',
    Atan: 'Atan',
    Asin: 'Asin',
    Acos: 'Acos',
    Sinh: 'Sinh',
    Cosh: 'Cosh',
    Asinh: 'Asinh',
    Acosh: 'Acosh',
    Atanh: 'Atanh',
    Selu: 'Selu',
  };
  for (const [kernel, op] of Object.entries(OF_REAL_NUMBERS))
    lower(kernel, ({ x }) => ofReals(x!, (r) => unary(op, r)));
  lower('Exp', ({ x }) => unary('Exp', cast(x!, 'float32')));
  lower('Square', ({ x }) => ofNumbers(x!, (n) => mul(n, n)));
  lower('Rsqrt', ({ x }) => unary('Reciprocal', unary('Sqrt', x!)));
  lower('Relu6', ({ x }) => ofNumbers(x!, (n) => clip(n, 0, 6)));
  // The sign of NaN is 0, as in TensorFlow.js
  lower('Sign', ({ x }) =>
    ofNumbers(x!, (n) => {
      const is = (op: string) => cast(binary(op, n, scalar(0, n.type), 'bool'), n.type);
      return sub(is('Greater'), is('Less'));
    }),
  );
  lower<{ alpha: number }>('LeakyRelu', ({ x }, { alpha }) => leakyRelu(x!, alpha));
  lower('Prelu', ({ x, alpha }) => prelu(x!, alpha!));
  lower('Elu', ({ x }) => unary('Elu', x!));
  // The derivative is 1 where y = elu(x) is not negative, else y + 1
  lower('EluGrad', ({ dy, y }) => mul(dy!, add(binary('Min', y!, scalar(0)), scalar(1))));
  lower('Expm1', ({ x }) => ofReals(x!, (r) => sub(unary('Exp', r), scalar(1))));
  lower('Log1p', ({ x }) => ofReals(x!, (r) => unary('Log', add(r, scalar(1)))));
  lower('IsNan', ({ x }) => isNaN(x!));
  lower('IsInf', ({ x }) => node('IsInf', [cast(x!, 'float32')], 'bool', x!.shape));
  lower('IsFinite', ({ x }) => {
    const size = unary('Abs', cast(x!, 'float32'));
    return binary('Less', size, scalar(Infinity), 'bool');
  });
  lower<{ alpha: number }>('Step', ({ x }, { alpha }) =>
    ofReals(x!, (r) => {
      const isPositive = binary('Greater', r, scalar(0), 'bool');
      const step = node('Where', [isPositive, scalar(1), scalar(alpha)], 'float32', r.shape);
      // NaN stays NaN
      return node('Where', [isNaN(r), r, step], 'float32', r.shape);
    }),
  );
  lower<{ clipValueMin: number; clipValueMax: number }>('ClipByValue', ({ x }, { clipValueMin, clipValueMax }) =>
    clip(x!, clipValueMin, clipValueMax),
  );

  lower<{ dtype: tf.DataType }>(
    'Cast',
    ({ x }, { dtype }) => cast(x!, elementTypeOf(dtype)),
    (_, { dtype }) => !isHostType(dtype),
  );
  lower<{ shape: number[]; value: number | string; dtype?: tf.DataType }>(
    'Fill',
    (_, { shape, value, dtype }) =>
      expand(scalar(Number(value), elementTypeOf(dtype ?? tf.util.inferDtype(value))), shape),
    (_, { value, dtype }) => !isHostType(dtype ?? tf.util.inferDtype(value)),
  );
  lower('ZerosLike', ({ x }) => expand(scalar(0, x!.type), x!.shape));
  lower('OnesLike', ({ x }) => expand(scalar(1, x!.type), x!.shape));
  lower<{ start: number; stop: number; step: number; dtype: tf.DataType }>(
    'Range',
    (_, { start, stop, step: given, dtype }) => {
      // As in TensorFlow.js, the default step goes downwards where it has to
      const step = stop < start && given === 1 ? -1 : given;
      const count = Math.max(0, Math.ceil((stop - start) / step));
      return listed(
        Array.from({ length: count }, (_v, i) => start + i * step),
        elementTypeOf(dtype),
      );
    },
  );
  lower<{ start: number; stop: number; num: number }>('LinSpace', (_, { start, stop, num }) => {
    const step = num === 1 ? 0 : (stop - start) / (num - 1);
    return listed(
      Array.from({ length: num }, (_v, i) => start + i * step),
      'float32',
    );
  });

  lower<{ dim: number }>('Softmax', ({ logits }, { dim }) => unary('Softmax', logits!, { axis: dim }));
  type OneHot = { depth: number; onValue: number; offValue: number; dtype: tf.DataType };
  lower<OneHot>('OneHot', ({ indices }, { depth, onValue, offValue, dtype }) => {
    const classes = listed(
      Array.from({ length: depth }, (_, i) => i),
      indices!.type,
    );
    const column = reshape(indices!, [...indices!.shape, 1]);
    const hit = binary('Equal', column, classes, 'bool');
    return cast(node('Where', [hit, scalar(onValue), scalar(offValue)], 'float32', hit.shape), elementTypeOf(dtype));
  });
  lower<{ axis: number | number[]; keepDims: boolean }>('All', ({ x }, { axis, keepDims }) =>
    cast(reduce('ReduceMin', cast(x!, 'int32'), tf.util.parseAxisParam(axis, [...x!.shape]), keepDims), 'bool'),
  );
  lower<{ axis: number | number[]; keepDims: boolean }>('Any', ({ x }, { axis, keepDims }) =>
    cast(reduce('ReduceMax', cast(x!, 'int32'), tf.util.parseAxisParam(axis, [...x!.shape]), keepDims), 'bool'),
  );
}

/** `f` where ONNX has it for integers too; the result has the type of x, as in TensorFlow.js. */
const ofNumbers = (x: Value, f: (x: Value) => Value): Value => cast(f(noBool(x)), x.type);

/** `f` where ONNX has it for real numbers alone; the result has the type of x, as in TensorFlow.js. */
const ofReals = (x: Value, f: (x: Value) => Value): Value => cast(f(cast(x, 'float32')), x.type);

const isNaN = (x: Value): Value => node('IsNaN', [cast(x, 'float32')], 'bool', x.shape);

export const leakyRelu = (x: Value, alpha: number): Value =>
  unary('LeakyRelu', cast(x, 'float32'), { alpha: { float: alpha } });

export function prelu(x: Value, alpha: Value): Value {
  const [r, a] = [cast(x, 'float32'), cast(alpha, 'float32')];
  const isNegative = binary('Less', r, scalar(0), 'bool');
  return node('Where', [isNegative, mul(r, a), r], 'float32', broadcastShape(r.shape, a.shape));
}

/** The angle of the point (x, y), in (−π, π]. */
function angle(y: Value, x: Value): Value {
  const shape = broadcastShape(y.shape, x.shape);
  const where = (condition: Value, a: Value, b: Value) => node('Where', [condition, a, b], 'float32', shape);
  const isNegative = (v: Value) => binary('Less', v, scalar(0), 'bool');
  const halfTurn = where(isNegative(y), scalar(-Math.PI), scalar(Math.PI));
  const turned = where(isNegative(x), halfTurn, scalar(0));
  // On the axis there is no slope
  const up = mul(unary('Sign', y), scalar(Math.PI / 2));
  return where(binary('Equal', x, scalar(0), 'bool'), up, add(unary('Atan', div(y, x)), turned));
}

/** The remainder with the sign of b. */
function modulo(a: Value, b: Value): Value {
  const fmod = (p: Value, q: Value) => node('Mod', [p, q], 'float32', broadcastShape(p.shape, q.shape), { fmod: 1 });
  const rest = fmod(a, b);
  const isNegative = (v: Value) => binary('Less', v, scalar(0), 'bool');
  const differ = binary('Xor', isNegative(a), isNegative(b), 'bool');
  return node('Where', [differ, fmod(add(rest, b), b), rest], 'float32', rest.shape);
}

export const clip = (x: Value, low: number, high: number): Value =>
  node('Clip', [x, scalar(low, x.type), scalar(high, x.type)], x.type, x.shape);

const listed = (values: number[], type: ElementType): Value =>
  new Value(type, [values.length], {
    constant: type === 'float32' ? Float32Array.from(values) : Int32Array.from(values),
  });

/** TensorFlow.js aligns a condition of lower rank with the first axes, ONNX with the last. */
const alignLeft = (v: Value, rank: number): Value => reshape(v, [...v.shape, ...Array<number>(rank - v.rank).fill(1)]);

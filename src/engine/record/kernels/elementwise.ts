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
  node,
  reduce,
  reshape,
  scalar,
  sub,
  unary,
} from '../../graph/ops.ts';
import { elementTypeOf } from '../backend.ts';
import { lower } from './registry.ts';

export function registerElementwise(): void {
  const ONNX_BINARY = { Add: 'Add', Sub: 'Sub', Multiply: 'Mul', Maximum: 'Max', Minimum: 'Min', Pow: 'Pow' };
  for (const [kernel, op] of Object.entries(ONNX_BINARY)) lower(kernel, ({ a, b }) => binary(op, a!, b!));
  // tfjs divides integers as real numbers only after casting, so an int32 result is truncated like its cpu kernel's
  lower('RealDiv', ({ a, b }) => div(a!, b!));
  lower('SquaredDifference', ({ a, b }) => {
    const d = sub(a!, b!);
    return mul(d, d);
  });
  lower('AddN', (inputs) => Object.values(inputs).reduce(add));
  lower('FloorDiv', ({ a, b }) => cast(unary('Floor', div(cast(a!, 'float32'), cast(b!, 'float32'))), a!.type));

  const COMPARISONS = {
    Equal: 'Equal',
    Greater: 'Greater',
    GreaterEqual: 'GreaterOrEqual',
    Less: 'Less',
    LessEqual: 'LessOrEqual',
  };
  for (const [kernel, op] of Object.entries(COMPARISONS)) lower(kernel, ({ a, b }) => binary(op, a!, b!, 'bool'));
  lower('NotEqual', ({ a, b }) => unary('Not', binary('Equal', a!, b!, 'bool')));
  lower('LogicalAnd', ({ a, b }) => binary('And', a!, b!));
  lower('LogicalOr', ({ a, b }) => binary('Or', a!, b!));
  lower('LogicalNot', ({ x }) => unary('Not', x!));
  lower('Select', ({ condition, t, e }) => {
    const c = condition!.rank < t!.rank ? alignLeft(condition!, t!.rank) : condition!;
    return node('Where', [c, t, e], t!.type, [c, t!, e!].map((v) => v.shape).reduce(broadcastShape));
  });

  const ONNX_UNARY = {
    Neg: 'Neg',
    Abs: 'Abs',
    Exp: 'Exp',
    Log: 'Log',
    Sqrt: 'Sqrt',
    Sigmoid: 'Sigmoid',
    Tanh: 'Tanh',
    Sign: 'Sign',
    Sin: 'Sin',
    Cos: 'Cos',
    Tan: 'Tan',
    Erf: 'Erf',
    Softplus: 'Softplus',
    Floor: 'Floor',
    Ceil: 'Ceil',
    Round: 'Round',
    Reciprocal: 'Reciprocal',
    Relu: 'Relu',
    Atan: 'Atan',
    Asin: 'Asin',
    Acos: 'Acos',
    Sinh: 'Sinh',
    Cosh: 'Cosh',
  };
  for (const [kernel, op] of Object.entries(ONNX_UNARY)) lower(kernel, ({ x }) => unary(op, x!));
  lower('Identity', ({ x }) => x!);
  lower('Square', ({ x }) => mul(x!, x!));
  lower('Rsqrt', ({ x }) => unary('Reciprocal', unary('Sqrt', x!)));
  lower('Relu6', ({ x }) => clip(x!, 0, 6));
  lower<{ alpha: number }>('LeakyRelu', ({ x }, { alpha }) => unary('LeakyRelu', x!, { alpha: { float: alpha } }));
  lower('Elu', ({ x }) => unary('Elu', x!));
  lower('Expm1', ({ x }) => sub(unary('Exp', x!), scalar(1)));
  lower('Log1p', ({ x }) => unary('Log', add(x!, scalar(1))));
  lower('IsNan', ({ x }) => node('IsNaN', [x], 'bool', x!.shape));
  lower('IsInf', ({ x }) => node('IsInf', [x], 'bool', x!.shape));
  lower('IsFinite', ({ x }) => {
    const size = unary('Abs', x!);
    return binary('Less', size, scalar(Infinity), 'bool');
  });
  lower<{ alpha: number }>('Step', ({ x }, { alpha }) => {
    const step = node(
      'Where',
      [binary('Greater', x!, scalar(0), 'bool'), scalar(1), scalar(alpha)],
      'float32',
      x!.shape,
    );
    // NaN stays NaN
    return node('Where', [node('IsNaN', [x], 'bool', x!.shape), x, step], 'float32', x!.shape);
  });
  lower<{ clipValueMin: number; clipValueMax: number }>('ClipByValue', ({ x }, { clipValueMin, clipValueMax }) =>
    clip(x!, clipValueMin, clipValueMax),
  );

  lower<{ dtype: tf.DataType }>('Cast', ({ x }, { dtype }) => cast(x!, elementTypeOf(dtype)));
  lower<{ shape: number[]; value: number | string; dtype?: tf.DataType }>('Fill', (_, { shape, value, dtype }) =>
    expand(scalar(Number(value), elementTypeOf(dtype ?? tf.util.inferDtype(value))), shape),
  );
  lower('ZerosLike', ({ x }) => expand(scalar(0, x!.type), x!.shape));
  lower('OnesLike', ({ x }) => expand(scalar(1, x!.type), x!.shape));
  lower<{ start: number; stop: number; step: number; dtype: tf.DataType }>(
    'Range',
    (_, { start, stop, step, dtype }) => {
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
  lower<{ axis: number }>('LogSoftmax', ({ logits }, { axis }) =>
    unary('LogSoftmax', logits!, { axis: (axis + logits!.rank) % logits!.rank }),
  );
  lower<{ depth: number; onValue: number; offValue: number }>('OneHot', ({ indices }, { depth, onValue, offValue }) => {
    const classes = listed(
      Array.from({ length: depth }, (_, i) => i),
      indices!.type,
    );
    const column = reshape(indices!, [...indices!.shape, 1]);
    const hit = binary('Equal', column, classes, 'bool');
    return node('Where', [hit, scalar(onValue), scalar(offValue)], 'float32', hit.shape);
  });
  lower<{ axis: number | number[]; keepDims: boolean }>('All', ({ x }, { axis, keepDims }) =>
    cast(reduce('ReduceMin', cast(x!, 'int32'), tf.util.parseAxisParam(axis, [...x!.shape]), keepDims), 'bool'),
  );
  lower<{ axis: number | number[]; keepDims: boolean }>('Any', ({ x }, { axis, keepDims }) =>
    cast(reduce('ReduceMax', cast(x!, 'int32'), tf.util.parseAxisParam(axis, [...x!.shape]), keepDims), 'bool'),
  );
}

const clip = (x: Value, low: number, high: number): Value =>
  node('Clip', [x, scalar(low, x.type), scalar(high, x.type)], x.type, x.shape);

const listed = (values: number[], type: ElementType): Value =>
  new Value(type, [values.length], {
    constant: type === 'float32' ? Float32Array.from(values) : Int32Array.from(values),
  });

/** TensorFlow.js aligns a condition of lower rank with the first axes, ONNX with the last. */
const alignLeft = (v: Value, rank: number): Value => reshape(v, [...v.shape, ...Array<number>(rank - v.rank).fill(1)]);

/** Matrix products and sums of products, and the operations that TensorFlow.js fuses with a bias and an activation. */
import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../../graph/graph.ts';
import { add, cast, matMul, noBool, node, reshape, unary } from '../../graph/ops.ts';
import { type Conv2DAttributes, conv2D } from './convolutions.ts';
import { clip, leakyRelu, prelu } from './elementwise.ts';
import { lower } from './registry.ts';

interface MatMul {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Fused {
  readonly activation?: tf.fused.Activation;
  readonly leakyreluAlpha?: number;
}

export function registerProducts(): void {
  lower<MatMul>('BatchMatMul', ({ a, b }, attributes) => product(a!, b!, attributes));
  lower<MatMul & Fused>('_FusedMatMul', (inputs, attributes) =>
    fused(product(inputs.a!, inputs.b!, attributes), inputs, attributes),
  );
  lower<Conv2DAttributes & Fused>('FusedConv2D', (inputs, attributes) =>
    fusedConv2D(conv2D(inputs.x!, inputs.filter!, attributes), inputs, attributes),
  );
  lower<Conv2DAttributes & Fused>('FusedDepthwiseConv2D', (inputs, attributes) =>
    fusedConv2D(conv2D(inputs.x!, inputs.filter!, attributes, true), inputs, attributes),
  );

  lower<{ equation: string }>('Einsum', (inputs, { equation }) => {
    const operands = Object.values(inputs).map(noBool);
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands as unknown as tf.Tensor[]);
    const [terms, result] = equation.replace(/\s/g, '').split('->') as [string, string];
    const lengths = new Map<string, number>();
    terms.split(',').forEach((term, k) => [...term].forEach((axis, i) => lengths.set(axis, operands[k]!.shape[i]!)));
    const shape = [...result].map((axis) => lengths.get(axis)!);
    return node('Einsum', operands, operands[0]!.type, shape, { equation: `${terms}->${result}` });
  });
}

function product(a: Value, b: Value, { transposeA, transposeB }: MatMul): Value {
  const [inner, other] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  tf.util.assert(
    a.rank >= 2 && b.rank >= 2 && inner === other,
    () =>
      `Error in matMul: shapes [${a.shape.join()}] and [${b.shape.join()}] do not fit (${transposeA}, ${transposeB}).`,
  );
  return matMul(a, b, transposeA, transposeB);
}

type Extras = Record<'bias' | 'preluActivationWeights', Value | undefined>;

function fused(x: Value, { bias, preluActivationWeights }: Partial<Extras>, attributes: Fused): Value {
  return activated(bias ? add(x, cast(bias, x.type)) : x, attributes, preluActivationWeights);
}

/** Numbers for each channel stand before the pixels where channels do. */
function fusedConv2D(
  x: Value,
  { bias, preluActivationWeights }: Partial<Extras>,
  attributes: Conv2DAttributes & Fused,
) {
  const perChannel = (v: Value | undefined) =>
    v && attributes.dataFormat === 'NCHW' && v.rank === 1 && v.size > 1 ? reshape(v, [v.size, 1, 1]) : v;
  return fused(x, { bias: perChannel(bias), preluActivationWeights: perChannel(preluActivationWeights) }, attributes);
}

function activated(x: Value, { activation, leakyreluAlpha }: Fused, alpha: Value | undefined): Value {
  switch (activation ?? 'linear') {
    case 'linear':
      return x;
    case 'relu':
      return unary('Relu', x);
    case 'relu6':
      return clip(x, 0, 6);
    case 'elu':
      return unary('Elu', x);
    case 'sigmoid':
      return unary('Sigmoid', x);
    case 'prelu':
      return prelu(x, alpha!);
    case 'leakyrelu':
      return leakyRelu(x, leakyreluAlpha!);
  }
}

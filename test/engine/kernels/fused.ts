/** Cases of depthwise convolutions, what is fused with a bias and an activation, sums of products, and normalisation. */
import * as tf from '@tensorflow/tfjs-core';
import { type Case, type Cases, floats, ints } from './case.ts';

type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';
const ACTIVATIONS: Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

const depthwise = (multiplier: number, strides: number, pad: 'same' | 'valid' | number, dilations = 1): Case => ({
  name: `multiplier ${multiplier}, strides ${strides}, ${pad}, dilation ${dilations}`,
  inputs: [floats([2, 6, 5, 3]), floats([3, 2, 3, multiplier])],
  run: (x, f) =>
    tf.depthwiseConv2d(
      x as tf.Tensor4D,
      f as tf.Tensor4D,
      strides,
      pad,
      'NHWC',
      dilations,
      typeof pad === 'number' ? 'floor' : undefined,
    ),
  // tfjs' gradients know no dilation
  gradients: dilations === 1,
  tolerance: 5e-5,
});

const fused = (activation: Activation, depth: boolean): Case => ({
  name: activation,
  inputs: [floats([2, 5, 4, 3]), floats([2, 2, 3, depth ? 1 : 4]), floats([depth ? 3 : 4]), floats([depth ? 3 : 4])],
  run: (x, filter, bias, alpha) =>
    (depth ? tf.fused.depthwiseConv2d : tf.fused.conv2d)({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      strides: 1,
      pad: 'same',
      bias: bias!,
      activation,
      leakyreluAlpha: 0.3,
      ...(activation === 'prelu' ? { preluActivationWeights: alpha! } : {}),
    }),
  tolerance: 5e-5,
});

const image: [number, number, number, number] = [2, 4, 3, 5];

export const fusedKernels: Cases = {
  DepthwiseConv2dNative: [
    depthwise(1, 1, 'same'),
    depthwise(2, 1, 'valid'),
    depthwise(2, 2, 'same'),
    depthwise(1, 1, 1),
    depthwise(2, 1, 'same', 2),
  ],
  DepthwiseConv2dNativeBackpropInput: [depthwise(3, 2, 'valid')],
  DepthwiseConv2dNativeBackpropFilter: [depthwise(3, 1, 'same')],
  FusedConv2D: [
    ...ACTIVATIONS.map((a) => fused(a, false)),
    {
      name: 'channels first',
      inputs: [floats([2, 3, 5, 4]), floats([2, 2, 3, 4]), floats([4])],
      run: (x, filter, bias) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 1,
          pad: 'valid',
          dataFormat: 'NCHW',
          bias: bias!,
          activation: 'relu',
        }),
      tolerance: 5e-5,
    },
  ],
  FusedDepthwiseConv2D: ACTIVATIONS.map((a) => fused(a, true)),
  _FusedMatMul: ACTIVATIONS.map((activation) => ({
    name: activation,
    inputs: [floats([3, 4]), floats([5, 4]), floats([5]), floats([5])],
    run: (a, b, bias, alpha) =>
      tf.fused.matMul({
        a: a!,
        b: b!,
        transposeB: true,
        bias: bias!,
        activation,
        leakyreluAlpha: 0.3,
        ...(activation === 'prelu' ? { preluActivationWeights: alpha! } : {}),
      }),
  })),
  Einsum: [
    {
      name: 'a matrix product',
      inputs: [floats([2, 3]), floats([3, 4])],
      run: (a, b) => tf.einsum('ij,jk->ik', a!, b!),
    },
    {
      name: 'attention',
      inputs: [floats([2, 3, 2, 4]), floats([2, 5, 2, 4])],
      run: (a, b) => tf.einsum('bqhd, bkhd -> bhqk', a!, b!),
    },
    {
      name: 'a trace of a product',
      inputs: [floats([3, 4]), floats([3, 4])],
      run: (a, b) => tf.einsum('ij,ij->', a!, b!),
    },
    { name: 'a transpose', inputs: [floats([3, 4])], run: (a) => tf.einsum('ij->ji', a!) },
    { name: 'int32', inputs: [ints([3]), ints([2])], run: (a, b) => tf.einsum('i,j->ij', a!, b!) },
  ],
  FusedBatchNorm: [
    {
      name: 'scale and offset',
      inputs: [floats(image), floats([5]), floats([5], 0.5, 2), floats([5]), floats([5])],
      run: (x, mean, variance, offset, scale) =>
        tf.batchNorm(x!, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D),
      gradients: true,
      tolerance: 5e-5,
    },
    {
      name: 'neither',
      inputs: [floats(image), floats([5]), floats([5], 0.5, 2)],
      run: (x, mean, variance) =>
        tf.batchNorm(x!, mean as tf.Tensor1D, variance as tf.Tensor1D, undefined, undefined, 0.1),
    },
  ],
  LRN: [
    {
      name: 'two neighbours on each side',
      inputs: [floats([1, 2, 2, 7])],
      run: (x) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 1, 0.5, 0.75),
    },
  ],
  LRNGrad: [
    {
      name: 'one neighbour on each side',
      inputs: [floats([2, 2, 1, 5])],
      run: (x) => tf.localResponseNormalization(x as tf.Tensor4D, 1, 0.5, 0.3, 0.6),
      gradients: true,
      tolerance: 5e-5,
    },
  ],
};

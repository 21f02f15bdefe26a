/**
 * Convolutions, pooling and resizing in TensorFlow.js' layout (channels last, filters HWIO) as standard ONNX operations, which
 * every execution provider has. What another pass has lowered in a better way no longer reaches this one.
 */
import { type Graph, type Node, rewrite, type Value } from '../graph/graph.ts';
import { expand, filled, reduce, reshape } from '../graph/ops.ts';
import { convolution, convolutionGradFilter, convolutionGradInput } from './portable/convolution.ts';
import { averagePool, averagePoolGrad, maxPool, maxPoolGrad } from './portable/pooling.ts';

export function lowerPortably(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => (node.domain === 'dmd' ? [lowered(node, inputs as Value[])] : undefined));
}

function lowered(node: Node, inputs: Value[]): Value {
  const { shape, size } = node.outputs[0]!;
  // ONNX Runtime refuses windows that fit nowhere
  return size === 0 ? filled(shape, 0) : LOWERINGS[node.op as Operation](node, inputs);
}

const LOWERINGS = {
  Conv2D: convolution,
  Conv2DGradInput: convolutionGradInput,
  Conv2DGradFilter: convolutionGradFilter,
  DepthwiseConv2D: convolution,
  DepthwiseConv2DGradInput: convolutionGradInput,
  DepthwiseConv2DGradFilter: convolutionGradFilter,
  Conv3D: convolution,
  Conv3DGradInput: convolutionGradInput,
  Conv3DGradFilter: convolutionGradFilter,
  AvgPool2D: averagePool,
  AvgPool2DGrad: averagePoolGrad,
  AvgPool3D: averagePool,
  AvgPool3DGrad: averagePoolGrad,
  MaxPool2D: maxPool,
  MaxPool2DGrad: maxPoolGrad,
  MaxPool3D: maxPool,
  MaxPool3DGrad: maxPoolGrad,
  UpsampleNearest: (node: Node, [x]: Value[]) => {
    const [n, h, w, c] = x!.shape as [number, number, number, number];
    const [, H, W] = node.outputs[0]!.shape as [number, number, number, number];
    return reshape(expand(reshape(x!, [n, h, 1, w, 1, c]), [n, h, H / h, w, W / w, c]), [n, H, W, c]);
  },
  UpsampleNearestGrad: (node: Node, [dy]: Value[]) => {
    const [n, h, w, c] = node.outputs[0]!.shape as [number, number, number, number];
    const [, H, W] = dy!.shape as [number, number, number, number];
    return reduce('ReduceSum', reshape(dy!, [n, h, H / h, w, W / w, c]), [2, 4], false);
  },
} satisfies Record<string, (node: Node, inputs: Value[]) => Value>;

type Operation = keyof typeof LOWERINGS;

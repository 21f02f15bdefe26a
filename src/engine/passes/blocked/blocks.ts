/**
 * The blocked layout [N, C/b, H, W, b] of ONNX Runtime's own CPU kernels (domain `com.microsoft.nchwc`), and what can be
 * said in it. A blocked value states the shape [N, C, H, W], as those kernels want; its memory is in blocks of b channels.
 */
import type { Attributes, Value } from '../../graph/graph.ts';
import { filled, node, reshape, transpose } from '../../graph/ops.ts';

export type Shape4D = [number, number, number, number];

/** A node of the blocked kernels. */
export const blockedNode = (
  op: string,
  inputs: readonly (Value | undefined)[],
  shape: readonly number[],
  attributes: Attributes = {},
): Value => node(op, inputs, 'float32', shape, attributes, 'com.microsoft.nchwc');

/** NHWC → blocked. */
export function toBlocked(x: Value, block: number): Value {
  const [n, h, w, c] = x.shape as Shape4D;
  return reshape(transpose(reshape(x, [n, h, w, c / block, block]), [0, 3, 1, 2, 4]), [n, c, h, w]);
}

/** Blocked → NHWC. */
export function fromBlocked(x: Value, block: number): Value {
  const [n, c, h, w] = x.shape as Shape4D;
  return reshape(transpose(reshape(x, [n, c / block, h, w, block]), [0, 2, 3, 1, 4]), [n, h, w, c]);
}

/** The axes of a blocked value one by one: [N, C/b, H, W, b]. */
export function fiveAxes(x: Value, block: number): Value {
  const [n, c, h, w] = x.shape as Shape4D;
  return reshape(x, [n, c / block, h, w, block]);
}

/**
 * x · A + B + sum, with A and B [N, C] or absent (1 and 0): a depthwise 1×1 convolution over the N·C planes, which reads
 * x once. Broadcasting over blocks of b elements would be several times slower.
 */
export function affine(x: Value, A: Value | undefined, B: Value | undefined, sum?: Value): Value {
  const [n, c, h, w] = x.shape as Shape4D;
  const planes = (v: Value) => reshape(v, [1, n * c, h, w]);
  const filter = A ? reshape(A, [n * c, 1, 1, 1]) : filled([n * c, 1, 1, 1], 1);
  const bias = B && reshape(B, [n * c]);
  const attributes = { kernel_shape: [1, 1], group: n * c };
  const inputs = sum ? [planes(x), filter, bias, planes(sum)] : B ? [planes(x), filter, bias] : [planes(x), filter];
  return reshape(blockedNode('Conv', inputs, [1, n * c, h, w], attributes), x.shape);
}

/** Means over the pixels of each plane: [N, C]. */
export function planeMeans(x: Value): Value {
  const [n, c] = x.shape as Shape4D;
  return reshape(blockedNode('GlobalAveragePool', [x], [n, c, 1, 1]), [n, c]);
}

/** Sums over the pixels of each plane of a · b: [N, C], without the product in memory. */
export function planeDots(a: Value, b: Value): Value {
  const [n, c, h, w] = a.shape as Shape4D;
  const inputs = [reshape(a, [1, n * c, h, w]), reshape(b, [n * c, 1, h, w])];
  return reshape(blockedNode('Conv', inputs, [1, n * c, 1, 1], { kernel_shape: [h, w], group: n * c }), [n, c]);
}

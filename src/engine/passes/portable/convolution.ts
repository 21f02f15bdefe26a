/**
 * Convolutions of any number of spatial axes and their gradients as standard ONNX operations. Filters are in TensorFlow.js'
 * order: space, in, out; a depthwise one, whose node has the attribute `group`, in space, channels, multiplier.
 */
import type { Attributes, Node, Value } from '../../graph/graph.ts';
import { concat, gather, int64s, matMul, mul, pad, reduce, reshape, slice } from '../../graph/ops.ts';
import {
  channelsFirst,
  inChannelsFirst,
  inFirst,
  leftOver,
  onnxWindow,
  outFirst,
  spaceOf,
  windowOf,
} from './window.ts';

export const convolution = (node: Node, [x, filter]: Value[]): Value =>
  inChannelsFirst(node, [channelsFirst(x!), onnxFilter(filter!, node)], 'Conv', {
    ...onnxWindow(windowOf(node.attributes)),
    ...groupOf(node),
  });

const groupOf = ({ attributes }: Node): Attributes => (attributes.group ? { group: attributes.group } : {});

function onnxFilter(filter: Value, node: Node): Value {
  if (!node.attributes.group) return outFirst(filter);
  const [channels, multiplier] = filter.shape.slice(-2) as [number, number];
  return reshape(inFirst(filter), [channels * multiplier, 1, ...filter.shape.slice(0, -2)]);
}

export function convolutionGradInput(node: Node, [dy, filter]: Value[]): Value {
  const window = windowOf(node.attributes);
  const { kernel, strides, dilations, pads } = window;
  const [sizes, outs] = [spaceOf(node.outputs[0]!.shape), spaceOf(dy!.shape)];
  const reach = kernel.map((k, i) => (k - 1) * dilations[i]!);
  const reversed = [...reach.map((r, i) => r - pads[i]!), ...sizes.map((size, i) => size - outs[i]! + pads[i]!)];
  if (!node.attributes.group && strides.every((s) => s === 1) && reversed.every((p) => p >= 0)) {
    // A convolution of dy with the filter reversed in space and its channels exchanged
    const taps = kernel.reduce((a, b) => a * b);
    const order = int64s(Array.from({ length: taps }, (_, i) => taps - 1 - i));
    const flipped = reshape(gather(reshape(filter!, [taps, ...filter!.shape.slice(-2)]), order, 0), filter!.shape);
    return inChannelsFirst(node, [channelsFirst(dy!), inFirst(flipped)], 'Conv', {
      ...onnxWindow(window),
      pads: reversed,
    });
  }
  return inChannelsFirst(node, [channelsFirst(dy!), onnxFilter(filter!, node)], 'ConvTranspose', {
    ...onnxWindow(window),
    ...groupOf(node),
    output_padding: leftOver(window, sizes, outs),
  });
}

/** One matrix product a tap: the pixels that the tap saw, transposed, times dy. Depthwise: one weighted sum a tap. */
export function convolutionGradFilter(node: Node, [x, dy]: Value[]): Value {
  const { kernel, strides, dilations, pads } = windowOf(node.attributes);
  const axes = kernel.map((_, i) => i + 1);
  const before = [0, ...pads.slice(0, kernel.length), 0];
  const padded = pad(x!, before, [0, ...pads.slice(kernel.length), 0]);
  const outs = spaceOf(dy!.shape);
  const steps = strides.every((s) => s === 1) ? undefined : strides;
  const [channels, multiplier] = node.outputs[0]!.shape.slice(-2) as [number, number];
  const rows = dy!.size / dy!.shape.at(-1)!;
  const gradient = reshape(dy!, node.attributes.group ? [rows, channels, multiplier] : [rows, multiplier]);
  const taps = tapsOf(kernel).map((tap) => {
    const start = tap.map((t, i) => t * dilations[i]!);
    const end = start.map((s, i) => s + (outs[i]! - 1) * strides[i]! + 1);
    const seen = slice(padded, start, end, axes, steps);
    if (!node.attributes.group) return matMul(reshape(seen, [rows, channels]), gradient, true);
    return reduce('ReduceSum', mul(reshape(seen, [rows, channels, 1]), gradient), [0], false);
  });
  return reshape(concat(taps, 0), node.outputs[0]!.shape);
}

/** Every position within a kernel, the last axis fastest. */
const tapsOf = (kernel: readonly number[]): number[][] =>
  kernel.reduce<number[][]>((taps, k) => taps.flatMap((tap) => Array.from({ length: k }, (_, i) => [...tap, i])), [[]]);

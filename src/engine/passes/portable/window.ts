/** Windows that slide over the spatial axes of an image or a volume, and the two orders of its axes. */
import type { Attributes, Node, Value } from '../../graph/graph.ts';
import { node as make, transpose } from '../../graph/ops.ts';

/** One number for each spatial axis; `pads` are those before every axis, then those behind. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

export const windowOf = ({ kernel, strides, dilations, pads }: Attributes): Window =>
  ({ kernel, strides, dilations, pads }) as unknown as Window;

export const onnxWindow = ({ kernel, strides, dilations, pads }: Window): Attributes => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
});

/** What a window leaves over at the end of each axis of `sizes` when it stops `outs` times. */
export const leftOver = (
  { kernel, strides, dilations, pads }: Window,
  sizes: readonly number[],
  outs: readonly number[],
): number[] =>
  sizes.map((size, i) => {
    const reach = (kernel[i]! - 1) * dilations[i]! + 1;
    return size + pads[i]! + pads[i + kernel.length]! - ((outs[i]! - 1) * strides[i]! + reach);
  });

/** The spatial axes of TensorFlow.js' order: batch, space, channels. */
export const spaceOf = (shape: readonly number[]): number[] => shape.slice(1, -1);

const spatial = (rank: number): number[] => Array.from({ length: rank - 2 }, (_, i) => i);

/** Batch, space, channels → batch, channels, space. */
export const channelsFirst = (x: Value): Value => transpose(x, [0, x.rank - 1, ...spatial(x.rank).map((i) => i + 1)]);

export const channelsLast = (x: Value): Value => transpose(x, [0, ...spatial(x.rank).map((i) => i + 2), 1]);

/** A filter's axes: space, in, out → out, in, space; and with in and out exchanged. */
export const outFirst = (f: Value): Value => transpose(f, [f.rank - 1, f.rank - 2, ...spatial(f.rank)]);
export const inFirst = (f: Value): Value => transpose(f, [f.rank - 2, f.rank - 1, ...spatial(f.rank)]);

/** An ONNX operation with channels first, whose result goes back to the order of `node`'s output. */
export function inChannelsFirst(node: Node, inputs: Value[], op: string, attributes: Attributes): Value {
  const { type, shape } = node.outputs[0]!;
  return channelsLast(make(op, inputs, type, [shape[0]!, shape.at(-1)!, ...spaceOf(shape)], attributes));
}

/** The window of a convolution or a pooling over an image. */
import type { Attributes } from '../../graph/graph.ts';

/** Kernel, strides, dilations [height, width]; pads [top, left, bottom, right]. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
}

export const windowOf = ({ kernel, strides, dilations, pads }: Attributes): Window =>
  ({ kernel, strides, dilations, pads }) as unknown as Window;

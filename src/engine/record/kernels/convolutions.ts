/** Convolutions of images and volumes, depthwise and transposed ones, with both gradients. They stay in TensorFlow.js' layout; passes lower them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Value } from '../../graph/graph.ts';
import { cast, node, slice, transpose } from '../../graph/ops.ts';
import { lower } from './registry.ts';

export type Pad = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
type Size = [number, number] | number;
type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

export interface Conv2DAttributes {
  readonly strides: Size;
  readonly pad: Pad;
  readonly dilations?: Size;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface Conv3DAttributes {
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same';
  readonly dilations?: [number, number, number] | number;
}

export function registerConvolutions(): void {
  lower<Conv2DAttributes>('Conv2D', ({ x, filter }, attributes) => conv2D(x!, filter!, attributes));
  lower<Conv2DAttributes & { inputShape: Shape4D }>('Conv2DBackpropInput', ({ dy, filter }, attributes) =>
    gradInput2D(dy!, filter!, attributes),
  );
  lower<Conv2DAttributes & { filterShape: Shape4D }>('Conv2DBackpropFilter', ({ x, dy }, attributes) =>
    gradFilter2D(x!, dy!, attributes),
  );
  lower<Conv2DAttributes>('DepthwiseConv2dNative', ({ x, filter }, attributes) =>
    conv2D(x!, filter!, attributes, true),
  );
  lower<Conv2DAttributes & { inputShape: Shape4D }>(
    'DepthwiseConv2dNativeBackpropInput',
    ({ dy, filter }, attributes) => gradInput2D(dy!, filter!, attributes, true),
  );
  lower<Conv2DAttributes & { filterShape: Shape4D }>('DepthwiseConv2dNativeBackpropFilter', ({ x, dy }, attributes) =>
    gradFilter2D(x!, dy!, attributes, true),
  );

  lower<Conv3DAttributes>('Conv3D', ({ x, filter }, attributes) => {
    const info = info3D(x!.shape, filter!.shape, attributes);
    return node('Conv3D', [x, filter].map(real), 'float32', info.outShape, window3D(info), 'dmd');
  });
  lower<Conv3DAttributes & { inputShape: Shape5D }>('Conv3DBackpropInputV2', ({ dy, filter }, attributes) => {
    const info = info3D(attributes.inputShape, filter!.shape, attributes);
    const seen = cropped(dy!, info.outShape);
    return node('Conv3DGradInput', [seen, filter].map(real), 'float32', attributes.inputShape, window3D(info), 'dmd');
  });
  lower<Conv3DAttributes & { filterShape: Shape5D }>('Conv3DBackpropFilterV2', ({ x, dy }, attributes) => {
    const info = info3D(x!.shape, attributes.filterShape, attributes);
    return node('Conv3DGradFilter', [x, dy].map(real), 'float32', attributes.filterShape, window3D(info), 'dmd');
  });
}

/** The convolution of images, in the order of axes that they have. */
export function conv2D(x: Value, filter: Value, attributes: Conv2DAttributes, depthwise = false): Value {
  const info = info2D(x.shape, filter.shape, attributes, depthwise);
  const inputs = [last(x, attributes), filter].map(real);
  return inOrder(
    node(nameOf('', depthwise), inputs, 'float32', outOf(info), window2D(info, depthwise), 'dmd'),
    attributes,
  );
}

function gradInput2D(
  dy: Value,
  filter: Value,
  attributes: Conv2DAttributes & { inputShape: Shape4D },
  depthwise = false,
): Value {
  const info = info2D(attributes.inputShape, filter.shape, attributes, depthwise);
  const shape = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  const inputs = [cropped(last(dy, attributes), outOf(info)), filter].map(real);
  return inOrder(
    node(nameOf('GradInput', depthwise), inputs, 'float32', shape, window2D(info, depthwise), 'dmd'),
    attributes,
  );
}

function gradFilter2D(
  x: Value,
  dy: Value,
  attributes: Conv2DAttributes & { filterShape: Shape4D },
  depthwise = false,
): Value {
  const info = info2D(x.shape, attributes.filterShape, attributes, depthwise);
  const inputs = [last(x, attributes), last(dy, attributes)].map(real);
  return node(
    nameOf('GradFilter', depthwise),
    inputs,
    'float32',
    attributes.filterShape,
    window2D(info, depthwise),
    'dmd',
  );
}

const nameOf = (what: string, depthwise: boolean): string => `${depthwise ? 'Depthwise' : ''}Conv2D${what}`;

const real = (v: Value | undefined): Value => cast(v!, 'float32');

const isFirst = ({ dataFormat }: Conv2DAttributes): boolean => dataFormat === 'NCHW';
const last = (x: Value, attributes: Conv2DAttributes): Value => (isFirst(attributes) ? transpose(x, [0, 2, 3, 1]) : x);
const inOrder = (x: Value, attributes: Conv2DAttributes): Value =>
  isFirst(attributes) ? transpose(x, [0, 3, 1, 2]) : x;

/** A transposed convolution may be given more than the windows of its result see. */
const cropped = (dy: Value, shape: readonly number[]): Value => {
  const axes = shape.flatMap((length, i) => (dy.shape[i]! > length ? [i] : []));
  return slice(
    dy,
    axes.map(() => 0),
    axes.map((i) => shape[i]!),
    axes,
  );
};

type Info2D = tf.backend_util.Conv2DInfo;
type Info3D = tf.backend_util.Conv3DInfo;

function info2D(
  x: readonly number[],
  filter: readonly number[],
  attributes: Conv2DAttributes,
  depthwise: boolean,
): Info2D {
  const { strides, pad, dilations, dimRoundingMode } = attributes;
  const order = isFirst(attributes) ? 'channelsFirst' : 'channelsLast';
  return tf.backend_util.computeConv2DInfo(
    x as Shape4D,
    filter as Shape4D,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    order,
  );
}

const outOf = (info: Info2D): Shape4D => [info.batchSize, info.outHeight, info.outWidth, info.outChannels];

const info3D = (
  x: readonly number[],
  filter: readonly number[],
  { strides, dilations, pad }: Conv3DAttributes,
): Info3D => tf.backend_util.computeConv3DInfo(x as Shape5D, filter as Shape5D, strides, dilations ?? 1, pad);

/**
 * The padding behind an axis that the last window reaches: TensorFlow.js rounds in several ways, and with a number for padding
 * it takes a kernel for square.
 */
const padBehind = (size: number, out: number, stride: number, reach: number, before: number): number =>
  Math.max(0, (out - 1) * stride + reach - size - before);

export const window2D = (info: Info2D, depthwise = false): Attributes => ({
  kernel: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  pads: [
    info.padInfo.top,
    info.padInfo.left,
    padBehind(info.inHeight, info.outHeight, info.strideHeight, info.effectiveFilterHeight, info.padInfo.top),
    padBehind(info.inWidth, info.outWidth, info.strideWidth, info.effectiveFilterWidth, info.padInfo.left),
  ],
  ...(depthwise ? { group: info.inChannels } : {}),
});

export const window3D = (info: Info3D): Attributes => ({
  kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
  strides: [info.strideDepth, info.strideHeight, info.strideWidth],
  dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
  pads: [
    info.padInfo.front,
    info.padInfo.top,
    info.padInfo.left,
    padBehind(info.inDepth, info.outDepth, info.strideDepth, info.effectiveFilterDepth, info.padInfo.front),
    padBehind(info.inHeight, info.outHeight, info.strideHeight, info.effectiveFilterHeight, info.padInfo.top),
    padBehind(info.inWidth, info.outWidth, info.strideWidth, info.effectiveFilterWidth, info.padInfo.left),
  ],
});

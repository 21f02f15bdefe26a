/** Matrix products, convolutions, pooling and resizing. Spatial ones stay in TensorFlow.js' layout; passes lower them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Value } from '../../graph/graph.ts';
import { matMul, node } from '../../graph/ops.ts';
import type { Window } from '../../passes/lower-portably.ts';
import { lower } from './registry.ts';

type Pad = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
type Size = [number, number] | number;
type Shape4D = [number, number, number, number];

export function registerNetworks(): void {
  lower<{ transposeA: boolean; transposeB: boolean }>('BatchMatMul', ({ a, b }, { transposeA, transposeB }) =>
    matMul(a!, b!, transposeA, transposeB),
  );

  type Conv = { strides: Size; pad: Pad; dilations: Size; dataFormat: 'NHWC' | 'NCHW'; dimRoundingMode?: 'floor' };
  const isNhwc = (_: object, { dataFormat }: Conv) => dataFormat !== 'NCHW';
  lower<Conv>(
    'Conv2D',
    ({ x, filter }, attributes) => {
      const info = convInfo(x!.shape, filter!.shape, attributes);
      return node('Conv2D', [x, filter], 'float32', info.outShape, windowAttributes(info), 'dmd');
    },
    isNhwc,
  );
  lower<Conv & { inputShape: Shape4D }>(
    'Conv2DBackpropInput',
    ({ dy, filter }, attributes) => {
      const info = convInfo(attributes.inputShape, filter!.shape, attributes);
      return node('Conv2DGradInput', [dy, filter], 'float32', attributes.inputShape, windowAttributes(info), 'dmd');
    },
    isNhwc,
  );
  lower<Conv & { filterShape: Shape4D }>(
    'Conv2DBackpropFilter',
    ({ x, dy }, attributes) => {
      const info = convInfo(x!.shape, attributes.filterShape, attributes);
      return node('Conv2DGradFilter', [x, dy], 'float32', attributes.filterShape, windowAttributes(info), 'dmd');
    },
    isNhwc,
  );

  type Pool = { filterSize: Size; strides: Size; pad: Pad; dimRoundingMode?: 'floor' };
  const pool = (shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: Pool) =>
    tf.backend_util.computePool2DInfo(shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
  lower<Pool>('AvgPool', ({ x }, attributes) => {
    const info = pool(x!.shape, attributes);
    return node('AvgPool2D', [x], 'float32', info.outShape, windowAttributes(info), 'dmd');
  });
  lower<Pool>('AvgPoolGrad', ({ dy, input }, attributes) => {
    const info = pool(input!.shape, attributes);
    return node('AvgPool2DGrad', [dy], 'float32', input!.shape, windowAttributes(info), 'dmd');
  });
  lower<Pool>('MaxPool', ({ x }, attributes) => {
    const info = pool(x!.shape, attributes);
    return node('MaxPool2D', [x], 'float32', info.outShape, windowAttributes(info), 'dmd');
  });
  lower<Pool>('MaxPoolGrad', ({ dy, input }, attributes) => {
    const info = pool(input!.shape, attributes);
    return node('MaxPool2DGrad', [dy, input], 'float32', input!.shape, windowAttributes(info), 'dmd');
  });

  type Resize = { size: [number, number]; alignCorners: boolean; halfPixelCenters: boolean };
  const isWhole = ({ shape }: Value, height: number, width: number, { alignCorners }: Resize) => {
    const [, h, w] = shape as Shape4D;
    return !alignCorners && height % h === 0 && width % w === 0;
  };
  lower<Resize>(
    'ResizeNearestNeighbor',
    ({ images }, { size }) => {
      const [n, , , c] = images!.shape as Shape4D;
      return node('UpsampleNearest', [images], images!.type, [n, ...size, c], {}, 'dmd');
    },
    ({ images }, attributes) => isWhole(images!, ...attributes.size, attributes),
  );
  lower<Resize>(
    'ResizeNearestNeighborGrad',
    ({ images, dy }) => node('UpsampleNearestGrad', [dy], 'float32', images!.shape, {}, 'dmd'),
    ({ images, dy }, attributes) => isWhole(images!, dy!.shape[1]!, dy!.shape[2]!, attributes),
  );
}

type Conv2DInfo = tf.backend_util.Conv2DInfo;

const convInfo = (
  x: readonly number[],
  filter: readonly number[],
  {
    strides,
    pad,
    dilations,
    dimRoundingMode,
  }: { strides: Size; pad: Pad; dilations?: Size; dimRoundingMode?: 'floor' },
): Conv2DInfo =>
  tf.backend_util.computeConv2DInfo(x as Shape4D, filter as Shape4D, strides, dilations ?? 1, pad, dimRoundingMode);

function windowAttributes(info: Conv2DInfo): Attributes {
  const window: Window = {
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [info.padInfo.top, info.padInfo.left, info.padInfo.bottom, info.padInfo.right],
  };
  return { ...window };
}

/** Pooling of images and volumes, with its gradients; passes lower it. */
import * as tf from '@tensorflow/tfjs-core';
import { Value } from '../../graph/graph.ts';
import { add, binary, cast, mul, node, scalar } from '../../graph/ops.ts';
import { maxPoolWithPositions } from '../../passes/portable/pooling.ts';
import { channelsLast, spaceOf, windowOf } from '../../passes/portable/window.ts';
import { type Pad, window2D, window3D } from './convolutions.ts';
import { lower } from './registry.ts';

interface Pool {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: Pad;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface Pool3D {
  readonly filterSize: [number, number, number] | number;
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export function registerPooling(): void {
  for (const [name, kind] of [
    ['AvgPool', 'AvgPool2D'],
    ['MaxPool', 'MaxPool2D'],
  ] as const) {
    lower<Pool>(name, ({ x }, attributes) => {
      const info = info2D(x!.shape, attributes);
      return node(kind, [cast(x!, 'float32')], 'float32', info.outShape, window2D(info), 'dmd');
    });
    lower<Pool>(`${name}Grad`, ({ dy, input }, attributes) => {
      const inputs = name === 'AvgPool' ? [dy] : [dy, cast(input!, 'float32')];
      return node(`${kind}Grad`, inputs, 'float32', input!.shape, window2D(info2D(input!.shape, attributes)), 'dmd');
    });
    lower<Pool3D>(`${name}3D`, ({ x }, attributes) => {
      const info = info3D(x!.shape, attributes);
      return node(`${name}3D`, [cast(x!, 'float32')], 'float32', info.outShape, window3D(info), 'dmd');
    });
    lower<Pool3D>(`${name}3DGrad`, ({ dy, input }, attributes) => {
      const inputs = name === 'AvgPool' ? [dy] : [dy, cast(input!, 'float32')];
      return node(`${name}3DGrad`, inputs, 'float32', input!.shape, window3D(info3D(input!.shape, attributes)), 'dmd');
    });
  }
  lower<Pool & { includeBatchInIndex: boolean }>(
    'MaxPoolWithArgmax',
    ({ x }, { includeBatchInIndex, ...attributes }) => {
      const info = info2D(x!.shape, attributes);
      const [largest, positions] = maxPoolWithPositions(
        withoutNaN(x!),
        windowOf(window2D(info)),
        spaceOf(info.outShape),
      );
      const [, height, width, channels] = x!.shape as [number, number, number, number];
      // the position in a plane, then with channels last, as TensorFlow.js counts
      const plane = binary('Mod', channelsLast(positions), scalar(height * width, 'int64'));
      const inImage = add(mul(plane, scalar(channels, 'int64')), counted(channels, [channels]));
      const batches = mul(
        counted(info.batchSize, [info.batchSize, 1, 1, 1]),
        scalar(x!.size / info.batchSize, 'int64'),
      );
      return [channelsLast(largest), cast(includeBatchInIndex ? add(inImage, batches) : inImage, 'int32')];
    },
  );
}

/** NaN is never the largest. */
const withoutNaN = (x: Value): Value =>
  node('Where', [node('IsNaN', [x], 'bool', x.shape), scalar(-Infinity), x], x.type, x.shape);

const counted = (length: number, shape: readonly number[]): Value =>
  new Value('int64', shape, { constant: BigInt64Array.from({ length }, (_, i) => BigInt(i)) });

const info2D = (shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: Pool) =>
  tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );

const info3D = (shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: Pool3D) =>
  tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );

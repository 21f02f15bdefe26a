/** Kernels that move blocks of elements: strided slices, space and batch, mirrored borders. */
import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../../graph/graph.ts';
import { gather, int64s, node, pad, reshape, slice, transpose } from '../../graph/ops.ts';
import { lower } from './registry.ts';
import { reversed } from './shapes.ts';

interface StridedSlice {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

export function registerRearranging(): void {
  lower<StridedSlice>('StridedSlice', ({ x }, a) => {
    const { begin, end, strides, finalShape } = tf.slice_util.sliceInfo(
      [...x!.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    // The end of a slice that goes backwards to the first element lies before it
    const ends = end.map((e, i) => (strides[i]! < 0 && e < 0 ? -(2 ** 31) : e));
    const sizes = tf.slice_util.computeOutShape(begin, end, strides).map((length) => Math.max(0, length));
    const axes = begin.map((_, i) => i);
    const inputs = [x, int64s(begin), int64s(ends), int64s(axes), int64s(strides)];
    return reshape(axes.length === 0 ? x! : node('Slice', inputs, x!.type, sizes), finalShape);
  });

  lower<{ blockShape: number[]; crops: number[][] }>('BatchToSpaceND', ({ x }, { blockShape, crops }) => {
    const { length } = blockShape;
    const product = blockShape.reduce((a, b) => a * b);
    const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;
    const shape = [...x!.shape];
    const split = reshape(x!, getReshaped(shape, blockShape, product));
    const spread = getReshapedPermuted(shape, blockShape, product);
    const whole = reshape(transpose(split, getPermuted(split.rank, length)), spread);
    const starts = getSliceBeginCoords(crops, length);
    const sizes = getSliceSize(spread, crops, length);
    return slice(
      whole,
      starts,
      starts.map((s, i) => s + sizes[i]!),
      starts.map((_, i) => i),
    );
  });
  lower<{ blockShape: number[]; paddings: [number, number][] }>('SpaceToBatchND', ({ x }, { blockShape, paddings }) => {
    const { length } = blockShape;
    const product = blockShape.reduce((a, b) => a * b);
    const rest = x!.rank - 1 - length;
    const padding = [[0, 0], ...paddings, ...Array.from({ length: rest }, () => [0, 0])] as [number, number][];
    const padded = pad(
      x!,
      padding.map((p) => p[0]),
      padding.map((p) => p[1]),
    );
    const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util;
    const split = reshape(padded, getReshaped([...padded.shape], blockShape, product, false));
    const shape = getReshapedPermuted([...padded.shape], blockShape, product, false);
    return reshape(transpose(split, getPermuted(split.rank, length, false)), shape);
  });
  lower<{ blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>('DepthToSpace', ({ x }, { blockSize: b, dataFormat }) => {
    const isFirst = dataFormat === 'NCHW';
    const [n, h, w, depth] = (isFirst ? [0, 2, 3, 1] : [0, 1, 2, 3]).map((i) => x!.shape[i]!) as [
      number,
      number,
      number,
      number,
    ];
    const c = depth / (b * b);
    if (isFirst) return reshape(transpose(reshape(x!, [n, b, b, c, h, w]), [0, 3, 4, 1, 5, 2]), [n, c, h * b, w * b]);
    return reshape(transpose(reshape(x!, [n, h, w, b, b, c]), [0, 1, 3, 2, 4, 5]), [n, h * b, w * b, c]);
  });
  lower<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>('MirrorPad', ({ x }, { paddings, mode }) =>
    paddings.reduce((y, [before, after], axis) => mirrored(y, axis, before, after, mode === 'reflect' ? 0 : 1), x!),
  );
  lower('FlipLeftRight', ({ image }) => reversed(image!, [2]));
}

/** Along `axis`, elements repeated backwards beyond both ends; the one at the end itself where `repeated` is 1. */
function mirrored(x: Value, axis: number, before: number, after: number, repeated: 0 | 1): Value {
  if (before === 0 && after === 0) return x;
  const length = x.shape[axis]!;
  const indices = Array.from({ length: before + length + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return -at - repeated;
    return at < length ? at : 2 * (length - 1) - at + repeated;
  });
  return gather(x, int64s(indices), axis);
}

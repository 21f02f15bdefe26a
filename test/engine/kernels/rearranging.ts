/** Cases of the kernels that move blocks of elements. */
import * as tf from '@tensorflow/tfjs-core';
import { type Case, type Cases, floats, ints } from './case.ts';

type Numbers = [number, number, number];

const strided = (name: string, begin: number[], end: number[], strides: number[], masks: number[] = []): Case => ({
  name,
  inputs: [floats([4, 5, 3])],
  run: (x) => tf.stridedSlice(x!, begin, end, strides, ...masks),
});

export const rearranging: Cases = {
  StridedSlice: [
    strided('every second', [0, 1, 0], [4, 5, 3], [2, 2, 1]),
    strided('backwards', [-1, -1, 2], [-4, -6, 0], [-1, -2, -1]),
    strided('masks of begin and end', [1, 1, 1], [2, 2, 2], [1, 1, 1], [1, 2]),
    strided('a new axis', [0, 0, 0], [2, 2, 2], [1, 1, 1], [0, 0, 0, 1]),
    strided('an axis less', [1, 0, 0], [2, 3, 3], [1, 1, 1], [0, 0, 0, 0, 1]),
    strided('an ellipsis', [0, 1], [0, 2], [1, 1], [0, 0, 1]),
    strided('nothing', [2, 0, 0], [2, 5, 3], [1, 1, 1]),
  ],
  BatchToSpaceND: [
    {
      name: 'with crops',
      inputs: [floats([8, 2, 3, 2])],
      run: (x) =>
        tf.batchToSpaceND(
          x!,
          [2, 2],
          [
            [0, 1],
            [2, 0],
          ],
        ),
      gradients: true,
    },
  ],
  SpaceToBatchND: [
    {
      name: 'with padding',
      inputs: [floats([2, 3, 4, 2])],
      run: (x) =>
        tf.spaceToBatchND(
          x!,
          [2, 2],
          [
            [1, 0],
            [0, 2],
          ],
        ),
      gradients: true,
    },
    { name: 'one axis', inputs: [ints([1, 6])], run: (x) => tf.spaceToBatchND(x!, [3], [[0, 0]]) },
  ],
  DepthToSpace: [
    { name: 'two by two', inputs: [floats([2, 3, 2, 8])], run: (x) => tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC') },
  ],
  MirrorPad: (['reflect', 'symmetric'] as const).flatMap((mode) => [
    {
      name: mode,
      inputs: [floats([3, 4])],
      run: (x: tf.Tensor) =>
        tf.mirrorPad(
          x,
          [
            [1, 2],
            [2, 0],
          ],
          mode,
        ),
    },
    { name: `${mode}, int32`, inputs: [ints([4])], run: (x: tf.Tensor) => tf.mirrorPad(x, [[2, 3]], mode) },
  ]),
  FlipLeftRight: [
    { name: 'images', inputs: [floats([2, 3, 4, 2])], run: (x) => tf.image.flipLeftRight(x as tf.Tensor4D) },
  ],
};

const VOLUME: [number, number, number, number, number] = [2, 4, 5, 3, 2];

const conv3D = (kernel: Numbers, strides: Numbers, pad: 'same' | 'valid'): Case => ({
  name: `kernel ${kernel.join('x')}, strides ${strides.join()}, ${pad}`,
  inputs: [floats(VOLUME), floats([...kernel, 2, 3])],
  run: (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, strides, pad),
  gradients: true,
  tolerance: 5e-5,
});

const pool3D = (
  of: typeof tf.avgPool3d,
  size: number,
  strides: number,
  pad: 'same' | 'valid' | number,
  gradients = true,
): Case => ({
  name: `window ${size}, strides ${strides}, ${pad}`,
  inputs: [floats(VOLUME)],
  run: (x) => of(x as tf.Tensor5D, size, strides, pad, typeof pad === 'number' ? 'floor' : undefined),
  gradients,
});

/** Convolutions and pooling of volumes. */
export const volumes: Cases = {
  Conv3D: [
    conv3D([1, 2, 3], [1, 1, 1], 'same'),
    conv3D([2, 2, 2], [1, 2, 1], 'valid'),
    conv3D([3, 3, 3], [2, 2, 2], 'same'),
    {
      name: 'dilated',
      inputs: [floats(VOLUME), floats([2, 2, 1, 2, 3])],
      run: (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, 1, 'same', 'NDHWC', [2, 2, 1]),
    },
  ],
  Conv3DBackpropInputV2: [
    {
      name: 'a transposed convolution',
      inputs: [floats([1, 2, 2, 3, 2]), floats([2, 2, 2, 3, 2])],
      run: (x, f) => tf.conv3dTranspose(x as tf.Tensor5D, f as tf.Tensor5D, [1, 4, 4, 6, 3], 2, 'same'),
    },
  ],
  Conv3DBackpropFilterV2: [conv3D([2, 3, 1], [1, 1, 1], 'valid')],
  AvgPool3D: [
    pool3D(tf.avgPool3d, 2, 2, 'valid'),
    pool3D(tf.avgPool3d, 2, 2, 'same', false),
    pool3D(tf.avgPool3d, 3, 1, 1, false),
  ],
  AvgPool3DGrad: [pool3D(tf.avgPool3d, 2, 1, 'valid')],
  MaxPool3D: [pool3D(tf.maxPool3d, 2, 2, 'valid'), pool3D(tf.maxPool3d, 2, 2, 'same'), pool3D(tf.maxPool3d, 3, 1, 1)],
  MaxPool3DGrad: [pool3D(tf.maxPool3d, 2, 1, 'valid')],
};

/** Cases of matrix products, convolutions, pooling and resizing. */
import * as tf from '@tensorflow/tfjs-core';
import { type Case, type Cases, floats, given, ints } from './case.ts';

type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

interface Conv {
  channels: [number, number];
  kernel?: number | [number, number];
  strides?: number | [number, number];
  pad?: Pad;
  dilations?: number;
  size?: [number, number];
  batch?: number;
  gradients?: boolean;
}

function conv({
  channels,
  kernel = 3,
  strides = 1,
  pad = 'same',
  dilations = 1,
  size = [6, 5],
  batch = 2,
  gradients = true,
}: Conv): Case {
  const taps = typeof kernel === 'number' ? ([kernel, kernel] as const) : kernel;
  const padding = typeof pad === 'object' ? `explicit ${JSON.stringify(pad)}` : pad;
  return {
    name: `${channels.join('→')} channels, ${taps.join('x')}, strides ${String(strides)}, ${padding}, dilation ${dilations}, [${[batch, ...size].join()}]`,
    inputs: [floats([batch, ...size, channels[0]], -1, 1), floats([...taps, ...channels], -1, 1)],
    run: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', dilations),
    gradients,
    tolerance: 5e-5,
  };
}

/** Convolutions alike but for their channels, written `from-to`. */
const convs = (channels: string, rest: Omit<Conv, 'channels'> = {}): Case[] =>
  channels.split(' ').map((pair) => conv({ ...rest, channels: pair.split('-').map(Number) as [number, number] }));

/** Whole blocks of channels, few channels to blocks and back, and channels that no block divides. */
const ALL = '16-16 16-48 32-16 3-16 1-32 16-1 32-3 8-16 16-8 8-24 24-24 1-1';
const SOME = '16-16 3-16 16-3 8-24';

const channelsFirst: Case = {
  name: 'channels first',
  inputs: [floats([2, 3, 6, 5]), floats([3, 2, 3, 4])],
  run: (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, [2, 1], 'same', 'NCHW'),
  gradients: true,
  tolerance: 5e-5,
};

const convolutions: Case[] = [
  channelsFirst,
  ...convs(ALL),
  ...convs(ALL, { strides: 2 }),
  ...convs(SOME, { kernel: 1 }),
  ...convs(SOME, { kernel: 1, strides: 2 }),
  ...convs(SOME, { kernel: 1, pad: 1 }),
  ...convs(SOME, { kernel: 5 }),
  ...convs(SOME, { kernel: 5, strides: 2, pad: 'valid' }),
  ...convs(SOME, { pad: 'valid' }),
  ...convs(SOME, {
    pad: [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  }),
  ...convs(SOME, { kernel: [3, 1], strides: [1, 2] }),
  ...convs(SOME, { dilations: 2, gradients: false }),
  ...convs('16-16', { size: [1, 1] }),
  ...convs('16-16', { size: [1, 7], kernel: [1, 3] }),
  // batches that the filter's gradient takes at once, in groups, and in groups filled up with nothing
  ...convs('16-16', { size: [4, 4], batch: 1 }),
  ...convs(SOME, { size: [4, 4], batch: 17 }),
  ...convs('16-16', { size: [4, 4], batch: 15 }),
  ...convs('16-16', { size: [4, 4], batch: 32 }),
];

const pool = (
  of: typeof tf.avgPool,
  shape: [number, number, number, number],
  window: number | [number, number],
  strides: number | [number, number],
  pad: 'same' | 'valid' | number,
  gradients = true,
): Case => ({
  name: `[${shape.join()}], window ${String(window)}, strides ${String(strides)}, ${pad}`,
  inputs: [floats(shape)],
  run: (x) => of(x as tf.Tensor4D, window, strides, pad, typeof pad === 'number' ? 'floor' : undefined),
  gradients,
});

const pools = (of: typeof tf.avgPool, gradientsOfPadded: boolean): Case[] =>
  [16, 3].flatMap((channels) => [
    pool(of, [2, 4, 6, channels], 2, 2, 'valid'),
    pool(of, [2, 5, 7, channels], 3, 2, 'valid'),
    pool(of, [1, 6, 6, channels], [2, 3], [2, 3], 'valid'),
    pool(of, [2, 5, 7, channels], 2, 2, 'same', gradientsOfPadded),
    pool(of, [2, 5, 5, channels], 3, 1, 'same', gradientsOfPadded),
    pool(of, [2, 6, 6, channels], 3, 2, 1, gradientsOfPadded),
    pool(of, [2, 4, 4, channels], 4, 4, 'valid'),
    pool(of, [2, 4, 4, channels], 1, 1, 'valid'),
  ]);

const resize =
  (of: typeof tf.image.resizeBilinear) =>
  (
    shape: number[],
    size: [number, number],
    gradients: boolean,
    halfPixelCenters = false,
    alignCorners = false,
  ): Case => ({
    name: `[${shape.join()}] to [${size.join()}]${halfPixelCenters ? ', half-pixel centres' : ''}${alignCorners ? ', corners aligned' : ''}`,
    inputs: [floats(shape)],
    run: (x) => of(x as tf.Tensor4D, size, alignCorners, halfPixelCenters),
    gradients,
  });

const resized = resize(tf.image.resizeNearestNeighbor);
const bilinear = resize(tf.image.resizeBilinear);

/** From one size to another that is no multiple of it: shape, size, corners aligned, half-pixel centres. */
const SIZES: [number[], [number, number], boolean, boolean][] = [
  [[2, 3, 4, 3], [5, 7], false, false],
  [[2, 3, 4, 3], [5, 7], true, false],
  [[2, 3, 4, 3], [5, 7], false, true],
  [[1, 6, 8, 2], [4, 3], false, false],
  [[1, 6, 8, 2], [4, 3], false, true],
  [[1, 6, 8, 2], [1, 1], true, false],
];

const product = (a: number[], b: number[], transposeA: boolean, transposeB: boolean): Case => ({
  name: `[${a.join()}]${transposeA ? 'ᵀ' : ''} by [${b.join()}]${transposeB ? 'ᵀ' : ''}`,
  inputs: [floats(a), floats(b)],
  run: (a, b) => tf.matMul(a!, b!, transposeA, transposeB),
  // tfjs' gradient does not undo broadcasting
  gradients: a.slice(0, -2).join() === b.slice(0, -2).join(),
});

const transposed = (shape: number[], swap: boolean): number[] =>
  swap ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;

const TRANSPOSES = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

const MATRICES = ['3,4 4,5', '2,3,4 2,4,5', '2,3,4 1,4,5', '2,3,3,4 1,1,4,2', '1,1 1,1'].map((pair) =>
  pair.split(' ').map((shape) => shape.split(',').map(Number)),
);

export const networks: Cases = {
  BatchMatMul: [
    ...TRANSPOSES.flatMap(([ta, tb]) =>
      MATRICES.map(([a, b]) => product(transposed(a!, ta), transposed(b!, tb), ta, tb)),
    ),
    ...TRANSPOSES.map(
      ([ta, tb]) =>
        ({
          name: `int32 ${ta ? 'transposed' : ''} by ${tb ? 'transposed' : ''}`,
          inputs: [ints([3, 3]), ints([3, 3])],
          run: (a, b) => tf.matMul(a!, b!, ta, tb),
        }) satisfies Case,
    ),
  ],
  Conv2D: convolutions,
  Conv2DBackpropInput: [
    {
      name: 'a transposed convolution of more than its windows see',
      inputs: [floats([1, 4, 4, 2]), floats([3, 3, 3, 2])],
      run: (x, f) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [1, 2, 2, 3], 1, 'same'),
      tolerance: 5e-5,
    },
    {
      name: 'a transposed convolution, stride 2',
      inputs: [floats([2, 4, 4, 16]), floats([3, 3, 16, 16], -1, 1)],
      run: (x, f) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [2, 8, 8, 16], 2, 'same'),
      gradients: true,
      tolerance: 5e-5,
    },
    {
      name: 'a transposed convolution, stride 1',
      inputs: [floats([2, 4, 4, 16]), floats([3, 3, 3, 16], -1, 1)],
      run: (x, f) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [2, 6, 6, 3], 1, 'valid'),
      gradients: true,
      tolerance: 5e-5,
    },
  ],
  Conv2DBackpropFilter: [conv({ channels: [16, 32], size: [3, 3], batch: 3 })],
  // tfjs' gradient counts the cells of the padding, which its average leaves out; adjoints.test.ts has ours
  AvgPool: pools(tf.avgPool, false),
  AvgPoolGrad: [pool(tf.avgPool, [2, 8, 8, 32], 2, 2, 'valid')],
  MaxPool: pools(tf.maxPool, true),
  MaxPoolGrad: [
    pool(tf.maxPool, [2, 8, 8, 32], 2, 2, 'valid'),
    {
      name: 'ties go to the first',
      inputs: [
        given(
          Array.from({ length: 16 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
          'float32',
          [1, 4, 4, 1],
        ),
      ],
      run: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'),
      gradients: true,
    },
  ],
  MaxPoolWithArgmax: [true, false].map((includeBatch) => ({
    name: includeBatch ? 'places in the batch' : 'places in the image',
    inputs: [floats([2, 5, 4, 3])],
    run: (x) => Object.values(tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'same', includeBatch)),
  })),
  ResizeNearestNeighbor: [
    ...SIZES.map(([shape, size, align, half]) => resized(shape, size, false, half, align)),
    resized([2, 3, 4, 16], [6, 8], false),
    resized([2, 3, 4, 3], [9, 4], false),
    resized([2, 3, 4, 16], [6, 8], false, true),
    resized([1, 1, 1, 16], [4, 4], false),
    {
      name: 'int32',
      inputs: [ints([1, 2, 2, 1])],
      run: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 4]),
    },
  ],
  // one image at a time: for the others of a batch, the gradient of tfjs' cpu kernel is wrong; adjoints.test.ts has ours
  ResizeBilinear: SIZES.map(([shape, size, align, half]) => bilinear(shape, size, false, half, align)),
  // of square images alone: tfjs' cpu kernel exchanges height and width; adjoints.test.ts has the others
  ResizeBilinearGrad: [
    bilinear([2, 3, 3, 2], [5, 5], true),
    bilinear([1, 4, 4, 1], [3, 3], true),
    bilinear([1, 3, 3, 2], [7, 7], true, false, true),
  ],
  ResizeNearestNeighborGrad: [
    resized([1, 3, 4, 2], [5, 3], true),
    resized([1, 3, 4, 2], [5, 7], true, false, true),
    resized([1, 3, 4, 16], [6, 8], true),
    resized([1, 2, 2, 32], [6, 4], true),
    resized([1, 3, 4, 3], [6, 8], true),
  ],
};

/**
 * Convolutions and both their gradients in the blocked kernels. Filters arrive and leave as TensorFlow.js keeps them
 * (HWIO); images arrive and leave blocked, but for those of few channels at the ends of a network, which stay NHWC.
 */
import type { Value } from '../../graph/graph.ts';
import { filterBlocks, filterOfBlocks } from './filters.ts';
import { filled, gather, int64s, pad, reduce, reshape, slice, transpose } from '../../graph/ops.ts';
import { blockedNode, type Shape4D } from './blocks.ts';
import type { Window } from './window.ts';

/** What a convolution adds to its result in the same pass over memory. */
export interface Fused {
  /** [K] */
  bias?: Value;
  /** Blocked, of the result's shape. */
  sum?: Value;
}

/** x [N, C, H, W] blocked, filter [K, C, kh, kw] in blocks (filters.ts) → [N, K, H', W'] blocked. */
export function convolve(
  x: Value,
  filter: Value,
  { kernel, strides, dilations, pads }: Window,
  outShape: Shape4D,
  { bias, sum }: Fused = {},
): Value {
  const inputs = sum ? [x, filter, bias, sum] : bias ? [x, filter, bias] : [x, filter];
  return blockedNode('Conv', inputs, outShape, { kernel_shape: kernel, strides, dilations, pads, group: 1 });
}

/** The same for an image NHWC of fewer channels than a block, with the filter HWIO. */
export function convolveFewChannels(
  x: Value,
  filter: Value,
  window: Window,
  outShape: Shape4D,
  block: number,
  fused: Fused = {},
): Value {
  const [kh, kw, c, k] = filter.shape as Shape4D;
  const blocks = transpose(reshape(filter, [kh, kw, c, k / block, block]), [3, 2, 0, 1, 4]);
  return convolve(transpose(x, [0, 3, 1, 2]), reshape(blocks, [k, c, kh, kw]), window, outShape, fused);
}

/** A convolution, filter HWIO, with a result of fewer channels than a block: [N, H', W', K], NHWC. */
export function convolveToFewChannels(
  x: Value,
  filter: Value,
  window: Window,
  outShape: Shape4D,
  block: number,
): Value {
  const [kh, kw, c, k] = filter.shape as Shape4D;
  const [n, , h, w] = outShape;
  if (k === 1) return channelSum(depthwise(x, filter, window, [n, c, h, w], block), block);
  const padded = pad(filter, [0, 0, 0, 0], [0, 0, 0, block - k]);
  const y = convolve(x, filterBlocks(padded, block), { ...window, kernel: [kh, kw] }, [n, block, h, w]);
  if (c % block !== 0) throw new Error('internal: convolveToFewChannels wants blocked inputs');
  return slice(reshape(y, [n, h, w, block]), [0], [k], [3]);
}

/** Each channel of x with its own filter, HWI1 → [N, C, H', W'] blocked. */
function depthwise(
  x: Value,
  filter: Value,
  { kernel, strides, dilations, pads }: Window,
  shape: Shape4D,
  block: number,
) {
  const [kh, kw, c] = filter.shape as Shape4D;
  const blocks = transpose(reshape(filter, [kh, kw, c / block, block]), [2, 0, 1, 3]);
  const attributes = { kernel_shape: kernel, strides, dilations, pads, group: c };
  return blockedNode('Conv', [x, reshape(blocks, [c, 1, kh, kw])], shape, attributes);
}

/** Sums over the channels: [N, C, H, W] blocked → [N, H, W, 1]. A convolution with ones passes over x once. */
function channelSum(x: Value, block: number): Value {
  const [n, c, h, w] = x.shape as Shape4D;
  const sums = blockedNode('Conv', [x, filled([block, c, 1, 1], 1)], [n, block, h, w], {
    kernel_shape: [1, 1],
    group: 1,
  });
  return slice(reshape(sums, [n, h, w, block]), [0], [1], [3]);
}

/** The filter of the data gradient: taps reversed in space, channels exchanged. HWIO → HWIO. */
export function reversedFilter(filter: Value): Value {
  const [kh, kw, c, k] = filter.shape as Shape4D;
  const taps = kh * kw;
  const order = int64s(Array.from({ length: taps }, (_, i) => taps - 1 - i));
  const reversed = taps === 1 ? filter : reshape(gather(reshape(filter, [taps, c, k]), order, 0), filter.shape);
  return transpose(reversed, [0, 1, 3, 2]);
}

/**
 * The window of the data gradient of a stride-1 convolution of an image of size [height, width]. Its padding is negative
 * where the convolution was padded beyond the reach of its kernel.
 */
export function reversedWindow(
  { kernel, dilations, pads }: Window,
  size: readonly [number, number],
  out: readonly [number, number],
): Window {
  const reach = [(kernel[0] - 1) * dilations[0], (kernel[1] - 1) * dilations[1]] as const;
  return {
    kernel,
    dilations,
    strides: [1, 1],
    pads: [reach[0] - pads[0], reach[1] - pads[1], size[0] - out[0] + pads[0], size[1] - out[1] + pads[1]],
  };
}

/**
 * Images that are the channels of a convolution, as its kernel wants them: fewer than a block, or whole blocks of them.
 * The zero images added for that change no sum over images.
 */
function asChannels(images: Value, block: number): Value {
  const n = images.shape[0]!;
  const added = n < block ? 0 : (block - (n % block)) % block;
  return pad(images, [0, 0, 0, 0], [added, 0, 0, 0]);
}

/** [a, b, c, d] → [a, c, b, d]. ONNX Runtime transposes on one thread and gathers on all. */
function rowsExchanged(x: Value): Value {
  const [a, b, c, d] = x.shape as Shape4D;
  if (b === 1 || c === 1) return reshape(x, [a, c, b, d]);
  const order = Array.from({ length: a * b * c }, (_, i) => {
    const [group, row, column] = [Math.floor(i / (b * c)), Math.floor(i / b) % c, i % b];
    return (group * b + column) * c + row;
  });
  return reshape(gather(reshape(x, [a * b * c, d]), int64s(order), 0), [a, c, b, d]);
}

/** Zero pixels on the left and on the right: a depthwise convolution, since ONNX Runtime pads on one thread. */
function widened(x: Value, left: number, right: number): Value {
  if (left === 0 && right === 0) return x;
  const [n, c, h, w] = x.shape as Shape4D;
  const inputs = [reshape(x, [1, n * c, h, w]), filled([n * c, 1, 1, 1], 1)];
  const width = w + left + right;
  const attributes = { kernel_shape: [1, 1], pads: [0, left, 0, right], group: n * c };
  return reshape(blockedNode('Conv', inputs, [1, n * c, h, width], attributes), [n, c, h, width]);
}

/** Images in one group: as many as divide the batch and are fewer than a block, which the direct kernel wants. */
function imagesPerGroup(n: number, block: number): number {
  let images = Math.min(n, block - 1);
  while (n % images !== 0) images--;
  return images;
}

/** dy as the filter of one large convolution: [groups · K, images, H', W'], blocked over K. */
function asFilter(dy: Value, images: number, block: number): Value {
  const [n, k, h, w] = dy.shape as Shape4D;
  const groups = n / images;
  const byBlock = rowsExchanged(reshape(dy, [groups, images, k / block, h * w * block]));
  return reshape(byBlock, [groups * k, images, h, w]);
}

/**
 * The filter gradient HWIO of x [N, C, H, W] and dy [N, K, H', W'], both blocked. One convolution: images are its
 * channels, dy its filter, and the block of C lies along the width, which a dilation of b steps over.
 */
export function filterGradient(x: Value, dy: Value, window: Window, block: number): Value {
  const {
    kernel: [kh, kw],
    strides,
    pads,
  } = window;
  const channels = asChannels(x, block);
  const [n, c, h, w] = channels.shape as Shape4D;
  const [, k, outH, outW] = dy.shape as Shape4D;
  const images = imagesPerGroup(n, block);
  const groups = n / images;
  const width = w + pads[1] + pads[3];
  const byBlock = rowsExchanged(reshape(widened(channels, pads[1], pads[3]), [1, n, c / block, h * width * block]));
  const wide = reshape(byBlock, [c / block, n, h, width * block]);
  const rows = h + pads[0] + pads[2] - (outH - 1) * strides[0];
  const columns = w + pads[1] + pads[3] - (outW - 1) * strides[1];
  const y = blockedNode(
    'Conv',
    [wide, asFilter(asChannels(dy, block), images, block)],
    [c / block, groups * k, rows, columns * block],
    {
      kernel_shape: [outH, outW],
      strides: [1, 1],
      dilations: [strides[0], block * strides[1]],
      pads: [pads[0], 0, pads[2], 0],
      group: groups,
    },
  );
  const summed = reduce(
    'ReduceSum',
    reshape(y, [c / block, groups, k / block, rows, columns, block * block]),
    [1],
    false,
  );
  const taps = slice(summed, [0, 0], [kh, kw], [2, 3]);
  return filterOfBlocks(taps, [kh, kw, c, k], block);
}

/** The filter gradient where x is NHWC of few channels: its channels take the place of the batch. */
export function filterGradientFewChannels(
  x: Value,
  dy: Value,
  { kernel, strides, pads }: Window,
  block: number,
): Value {
  const channels = asChannels(x, block);
  const [n, h, w, c] = channels.shape as Shape4D;
  const [, k, outH, outW] = dy.shape as Shape4D;
  const [kh, kw] = kernel;
  const images = imagesPerGroup(n, block);
  const groups = n / images;
  const wide = pad(transpose(channels, [3, 0, 1, 2]), [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
  const rows = h + pads[0] + pads[2] - (outH - 1) * strides[0];
  const columns = w + pads[1] + pads[3] - (outW - 1) * strides[1];
  const y = blockedNode(
    'Conv',
    [wide, asFilter(asChannels(dy, block), images, block)],
    [c, groups * k, rows, columns],
    {
      kernel_shape: [outH, outW],
      strides: [1, 1],
      dilations: strides,
      pads: [0, 0, 0, 0],
      group: groups,
    },
  );
  const summed = reduce('ReduceSum', reshape(y, [c, groups, k / block, rows, columns, block]), [1], false);
  const taps = slice(summed, [0, 0], [kh, kw], [2, 3]);
  return reshape(transpose(taps, [2, 3, 0, 1, 4]), [kh, kw, c, k]);
}

/** The filter gradient where dy is NHWC of few channels (stride 1): the roles exchanged, the taps reversed. */
export function filterGradientToFewChannels(x: Value, dy: Value, window: Window, block: number): Value {
  const [, , h, w] = x.shape as Shape4D;
  const [, outH, outW] = dy.shape as Shape4D;
  const exchanged = filterGradientFewChannels(dy, x, reversedWindow(window, [h, w], [outH, outW]), block);
  return reversedFilter(exchanged);
}

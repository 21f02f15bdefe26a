/**
 * Convolutions, pooling and resizing in the blocked kernels, where their channels make whole blocks.
 */
import type { Node, Value } from '../../graph/graph.ts';
import { filled, mul, scalar } from '../../graph/ops.ts';
import { blockedNode, type Shape4D } from './blocks.ts';
import * as conv from './convolution.ts';
import { filterBlocks, reversedFilterBlocks } from './filters.ts';
import { planesOf, type Twins } from './twins.ts';
import { type Window, windowOf } from './window.ts';

/** The NHWC form of what `node` computes; undefined where it must be computed otherwise. */
export function spatial(twins: Twins, node: Node, [a, b]: Value[]): Value | undefined {
  const { block } = twins;
  const window = windowOf(node.attributes);
  const few = (channels: number) => channels < block;
  const whole = (channels: number) => channels % block === 0;
  switch (node.op) {
    case 'Conv2D': {
      const [, , c, k] = b!.shape as Shape4D;
      const out = planesOf(node);
      if (whole(c) && whole(k))
        return convolution(twins, (f) => conv.convolve(twins.blocked(a!), filterBlocks(b!, block), window, out, f));
      if (few(c) && whole(k)) return convolution(twins, (f) => conv.convolveFewChannels(a!, b!, window, out, block, f));
      if (whole(c) && few(k)) return conv.convolveToFewChannels(twins.blocked(a!), b!, window, out, block);
      return undefined;
    }
    case 'Conv2DGradInput': {
      const [, , c, k] = b!.shape as Shape4D;
      const out = planesOf(node);
      if (window.strides.some((s) => s !== 1) || !whole(c)) return undefined;
      const [, h, w] = a!.shape as Shape4D;
      const reversed = conv.reversedWindow(window, [out[2], out[3]], [h, w]);
      if (reversed.pads.some((p) => p < 0)) return undefined;
      if (whole(k))
        return convolution(twins, (f) =>
          conv.convolve(twins.blocked(a!), reversedFilterBlocks(b!, block), reversed, out, f),
        );
      const filter = conv.reversedFilter(b!);
      if (few(k)) return convolution(twins, (f) => conv.convolveFewChannels(a!, filter, reversed, out, block, f));
      return undefined;
    }
    case 'Conv2DGradFilter': {
      const [, , c, k] = node.outputs[0]!.shape as Shape4D;
      if (window.dilations.some((d) => d !== 1)) return undefined;
      if (whole(c) && whole(k)) return conv.filterGradient(twins.blocked(a!), twins.blocked(b!), window, block);
      if (few(c) && whole(k)) return conv.filterGradientFewChannels(a!, twins.blocked(b!), window, block);
      if (whole(c) && few(k) && window.strides.every((s) => s === 1) && isWithinReach(window))
        return conv.filterGradientToFewChannels(twins.blocked(a!), b!, window, block);
      return undefined;
    }
    case 'AvgPool2D': {
      if (!twins.blockable(a!)) return undefined;
      const { kernel, strides, pads } = window;
      return twins.nhwc(
        blockedNode('AveragePool', [twins.blocked(a!)], planesOf(node), { kernel_shape: kernel, strides, pads }),
      );
    }
    case 'AvgPool2DGrad': {
      const { kernel, strides, pads } = window;
      const out = planesOf(node);
      const tiled = kernel.every((k, i) => k === strides[i] && out[i + 2]! % k === 0) && pads.every((p) => p === 0);
      if (!tiled || !twins.blockable(a!)) return undefined;
      const share = twins.blocked(a!);
      const spread = mul(share, scalar(1 / (kernel[0] * kernel[1])));
      return twins.nhwc(blockedNode('Upsample', [spread], out, { scales: [1, 1, ...kernel], mode: 'nearest' }));
    }
    case 'UpsampleNearest': {
      const out = planesOf(node);
      if (!twins.blockable(a!) && !twins.isBlocked(a!)) return undefined;
      const scales = [1, 1, out[2] / a!.shape[1]!, out[3] / a!.shape[2]!];
      return twins.nhwc(blockedNode('Upsample', [twins.blocked(a!)], out, { scales, mode: 'nearest' }));
    }
    case 'UpsampleNearestGrad': {
      const out = planesOf(node);
      if (!twins.blockable(a!) || !whole(out[1])) return undefined;
      const scale = [a!.shape[1]! / out[2], a!.shape[2]! / out[3]];
      return twins.nhwc(
        blockedNode('Conv', [twins.blocked(a!), filled([out[1], 1, ...scale], 1)], out, {
          kernel_shape: scale,
          strides: scale,
          group: out[1],
        }),
      );
    }
    default:
      return undefined;
  }
}

function convolution(twins: Twins, build: (fused: conv.Fused) => Value): Value {
  return twins.nhwc(build({}), { kind: 'conv', build, fused: {} });
}

/** Whether the padding stays within the reach of the kernel, so that the reversed convolution has no negative padding. */
const isWithinReach = ({ kernel, pads }: Window): boolean => pads.every((p, i) => p < kernel[i % 2]!);

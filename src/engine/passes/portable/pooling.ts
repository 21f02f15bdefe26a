/** Pooling over any number of spatial axes, and its gradients, as standard ONNX operations. */
import { Node, type Value, Value as Constant } from '../../graph/graph.ts';
import { div, filled, mul, node as make, pad, reshape, scalar, slice } from '../../graph/ops.ts';
import { channelsFirst, channelsLast, inChannelsFirst, leftOver, onnxWindow, spaceOf, windowOf } from './window.ts';
import type { Window } from './window.ts';

export function averagePool(node: Node, [x]: Value[]): Value {
  const window = windowOf(node.attributes);
  const { kernel, strides, pads } = window;
  if (isWithinKernel(window))
    return inChannelsFirst(node, [channelsFirst(x!)], 'AveragePool', { kernel_shape: kernel, strides, pads });
  const padded = channelsFirst(withPads(x!, window, 0));
  const mean = inChannelsFirst(node, [padded], 'AveragePool', { kernel_shape: kernel, strides });
  const cells = kernel.reduce((a, b) => a * b);
  return div(mul(mean, scalar(cells)), cellCounts(window, spaceOf(x!.shape), spaceOf(node.outputs[0]!.shape)));
}

/** Each window's gradient spread over its cells: a transposed depthwise convolution with a filter of ones. */
export function averagePoolGrad(node: Node, [dy]: Value[]): Value {
  const window = windowOf(node.attributes);
  const { shape } = node.outputs[0]!;
  const [sizes, outs, channels] = [spaceOf(shape), spaceOf(dy!.shape), shape.at(-1)!];
  const share = div(dy!, cellCounts(window, sizes, outs));
  return inChannelsFirst(node, [channelsFirst(share), filled([channels, 1, ...window.kernel], 1)], 'ConvTranspose', {
    ...onnxWindow(window),
    group: channels,
    output_padding: leftOver(window, sizes, outs),
  });
}

/** How many cells each window sees, padding left out and none counted as one; one number where all see as many. */
function cellCounts({ kernel, strides, pads }: Window, sizes: readonly number[], outs: readonly number[]): Value {
  const counts = sizes.reduce<number[]>(
    (product, size, axis) =>
      product.flatMap((p) =>
        Array.from({ length: outs[axis]! }, (_, o) => {
          const start = o * strides[axis]! - pads[axis]!;
          return p * Math.max(1, Math.min(start + kernel[axis]!, size) - Math.max(start, 0));
        }),
      ),
    [1],
  );
  if (counts.every((q) => q === counts[0])) return scalar(counts[0]!);
  return new Constant('float32', [1, ...outs, 1], { constant: Float32Array.from(counts) });
}

export function maxPool(node: Node, [x]: Value[]): Value {
  const window = windowOf(node.attributes);
  const { kernel, strides, pads } = window;
  if (isWithinKernel(window))
    return inChannelsFirst(node, [channelsFirst(x!)], 'MaxPool', { kernel_shape: kernel, strides, pads });
  const padded = channelsFirst(withPads(x!, window, -Infinity));
  return inChannelsFirst(node, [padded], 'MaxPool', { kernel_shape: kernel, strides });
}

/**
 * The largest cells, and where each is in its plane, in row-major order, the first of equals: both with channels first, the
 * positions int64 over the whole tensor.
 */
export function maxPoolWithPositions(x: Value, window: Window, outs: readonly number[]): [Value, Value] {
  const { kernel, strides, pads } = window;
  const shape = [x.shape[0]!, x.shape.at(-1)!, ...outs];
  const pool = new Node('MaxPool', '', [channelsFirst(x)], { kernel_shape: kernel, strides, pads }, [
    { type: 'float32', shape },
    { type: 'int64', shape },
  ]);
  return [pool.outputs[0]!, pool.outputs[1]!];
}

/** The gradient goes to the first of each window's largest cells, in row-major order, as in TensorFlow.js. */
export function maxPoolGrad(node: Node, [dy, x]: Value[]): Value {
  const window = windowOf(node.attributes);
  const outs = spaceOf(dy!.shape);
  if (isWithinKernel(window)) return atPositions(dy!, x!.shape, maxPoolWithPositions(x!, window, outs)[1]);
  const padded = withPads(x!, window, -Infinity);
  const bare = { ...window, pads: window.pads.map(() => 0) };
  const whole = atPositions(dy!, padded.shape, maxPoolWithPositions(padded, bare, outs)[1]);
  const starts = window.pads.slice(0, window.kernel.length);
  const ends = starts.map((start, i) => start + x!.shape[i + 1]!);
  return slice(
    whole,
    starts,
    ends,
    starts.map((_, i) => i + 1),
  );
}

/** `dy` added up at `positions` in a tensor of `shape` (channels last) of zeros. */
function atPositions(dy: Value, shape: readonly number[], positions: Value): Value {
  const size = shape.reduce((a, b) => a * b);
  const inputs = [filled([size], 0), reshape(positions, [dy.size]), reshape(channelsFirst(dy), [dy.size])];
  const flat = make('ScatterElements', inputs, 'float32', [size], { axis: 0, reduction: 'add' });
  return channelsLast(reshape(flat, [shape[0]!, shape.at(-1)!, ...spaceOf(shape)]));
}

/** ONNX Runtime pools without a window that sees padding alone. */
const isWithinKernel = ({ kernel, pads }: Window): boolean => pads.every((p, i) => p < kernel[i % kernel.length]!);

const withPads = (x: Value, { kernel, pads }: Window, value: number): Value =>
  pad(x, [0, ...pads.slice(0, kernel.length), 0], [0, ...pads.slice(kernel.length), 0], value);

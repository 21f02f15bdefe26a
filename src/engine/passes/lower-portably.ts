/**
 * Convolutions, pooling and resizing in TensorFlow.js' layout (NHWC, filters HWIO) as standard ONNX operations, which every
 * execution provider has. What another pass has lowered in a better way no longer reaches this one.
 */
import { type Attributes, type Graph, Node, rewrite, Value } from '../graph/graph.ts';
import {
  concat,
  div,
  expand,
  filled,
  gather,
  int64s,
  matMul,
  node as make,
  pad,
  reduce,
  reshape,
  scalar,
  slice,
  transpose,
} from '../graph/ops.ts';

const TO_NCHW = [0, 3, 1, 2];
const TO_NHWC = [0, 2, 3, 1];
/** HWIO → OIHW, and with input and output exchanged. */
const TO_OIHW = [3, 2, 0, 1];
const TO_IOHW = [2, 3, 0, 1];

export function lowerPortably(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) =>
    node.domain === 'dmd' ? [LOWERINGS[node.op as Operation](node, inputs as Value[])] : undefined,
  );
}

/** The shape of a window: kernel, strides, dilations [height, width]; pads [top, left, bottom, right]. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
}

export const windowOf = ({ kernel, strides, dilations, pads }: Attributes): Window =>
  ({ kernel, strides, dilations, pads }) as unknown as Window;

const onnxWindow = ({ kernel, strides, dilations, pads }: Window): Attributes => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
});

const LOWERINGS = {
  Conv2D: (node: Node, [x, filter]: Value[]) =>
    inNchw(node, [transpose(x!, TO_NCHW), transpose(filter!, TO_OIHW)], 'Conv', onnxWindow(windowOf(node.attributes))),
  Conv2DGradInput: convGradInput,
  Conv2DGradFilter: convGradFilter,
  AvgPool2D: (node: Node, [x]: Value[]) => {
    const { kernel, strides, pads } = windowOf(node.attributes);
    return inNchw(node, [transpose(x!, TO_NCHW)], 'AveragePool', { kernel_shape: kernel, strides, pads });
  },
  AvgPool2DGrad: avgPoolGrad,
  MaxPool2D: (node: Node, [x]: Value[]) => {
    const { kernel, strides, pads } = windowOf(node.attributes);
    return inNchw(node, [transpose(x!, TO_NCHW)], 'MaxPool', { kernel_shape: kernel, strides, pads });
  },
  MaxPool2DGrad: maxPoolGrad,
  UpsampleNearest: (node: Node, [x]: Value[]) => {
    const [n, h, w, c] = x!.shape as [number, number, number, number];
    const [, H, W] = node.outputs[0]!.shape as [number, number, number, number];
    return reshape(expand(reshape(x!, [n, h, 1, w, 1, c]), [n, h, H / h, w, W / w, c]), [n, H, W, c]);
  },
  UpsampleNearestGrad: (node: Node, [dy]: Value[]) => {
    const [n, h, w, c] = node.outputs[0]!.shape as [number, number, number, number];
    const [, H, W] = dy!.shape as [number, number, number, number];
    return reduce('ReduceSum', reshape(dy!, [n, h, H / h, w, W / w, c]), [2, 4], false);
  },
} satisfies Record<string, (node: Node, inputs: Value[]) => Value>;

type Operation = keyof typeof LOWERINGS;

/** An ONNX operation on NCHW inputs whose result goes back to the NHWC shape of `node`'s output. */
function inNchw(node: Node, inputs: Value[], op: string, attributes: Attributes): Value {
  const { type, shape } = node.outputs[0]!;
  return transpose(
    make(
      op,
      inputs,
      type,
      TO_NCHW.map((i) => shape[i]!),
      attributes,
    ),
    TO_NHWC,
  );
}

function convGradInput(node: Node, [dy, filter]: Value[]): Value {
  const window = windowOf(node.attributes);
  const { kernel, strides, dilations, pads } = window;
  const [, H, W] = node.outputs[0]!.shape as [number, number, number, number];
  const [, outH, outW] = dy!.shape as [number, number, number, number];
  const reach = kernel.map((k, i) => (k - 1) * dilations[i]!) as [number, number];
  const reversed = [reach[0] - pads[0], reach[1] - pads[1], H - outH + pads[0], W - outW + pads[1]];
  if (strides[0] === 1 && strides[1] === 1 && reversed.every((p) => p >= 0)) {
    // A convolution of dy with the filter reversed in space and its channels exchanged
    const taps = kernel[0] * kernel[1];
    const [kh, kw, c, k] = filter!.shape as [number, number, number, number];
    const order = int64s(Array.from({ length: taps }, (_, i) => taps - 1 - i));
    const flipped = reshape(gather(reshape(filter!, [taps, c, k]), order, 0), [kh, kw, c, k]);
    return inNchw(node, [transpose(dy!, TO_NCHW), transpose(flipped, TO_IOHW)], 'Conv', {
      ...onnxWindow(window),
      pads: reversed,
    });
  }
  const rest = (size: number, out: number, i: number) =>
    size + pads[i]! + pads[i + 2]! - ((out - 1) * strides[i]! + reach[i]! + 1);
  return inNchw(node, [transpose(dy!, TO_NCHW), transpose(filter!, TO_OIHW)], 'ConvTranspose', {
    ...onnxWindow(window),
    output_padding: [rest(H, outH, 0), rest(W, outW, 1)],
  });
}

/** One matrix product a tap: the pixels that the tap saw, transposed, times dy. */
function convGradFilter(node: Node, [x, dy]: Value[]): Value {
  const { kernel, strides, dilations, pads } = windowOf(node.attributes);
  const [n, , , c] = x!.shape as [number, number, number, number];
  const [, outH, outW, k] = dy!.shape as [number, number, number, number];
  const padded = pad(x!, [0, pads[0], pads[1], 0], [0, pads[2], pads[3], 0]);
  const rows = n * outH * outW;
  const gradient = reshape(dy!, [rows, k]);
  const taps: Value[] = [];
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++) {
      const start = [i * dilations[0], j * dilations[1]] as const;
      const end = [start[0] + (outH - 1) * strides[0] + 1, start[1] + (outW - 1) * strides[1] + 1];
      const steps = strides[0] === 1 && strides[1] === 1 ? undefined : strides;
      const seen = slice(padded, start, end, [1, 2], steps);
      taps.push(matMul(reshape(seen, [rows, c]), gradient, true));
    }
  return reshape(concat(taps, 0), node.outputs[0]!.shape);
}

/** Each window's gradient spread over its cells: a transposed depthwise convolution with a filter of 1/cells. */
function avgPoolGrad(node: Node, [dy]: Value[]): Value {
  const window = windowOf(node.attributes);
  const { kernel, strides, pads } = window;
  const [, H, W, c] = node.outputs[0]!.shape as [number, number, number, number];
  const [, outH, outW] = dy!.shape as [number, number, number, number];
  // Cells of the window inside the image: the average leaves padding out
  const cells = (size: number, out: number, i: 0 | 1) =>
    Array.from({ length: out }, (_, o) => {
      const start = o * strides[i] - pads[i];
      return Math.min(start + kernel[i], size) - Math.max(start, 0);
    });
  const rows = cells(H, outH, 0);
  const columns = cells(W, outW, 1);
  const counts = rows.flatMap((r) => columns.map((q) => r * q));
  const share = counts.every((q) => q === counts[0])
    ? div(dy!, scalar(counts[0]!))
    : div(dy!, new Value('float32', [1, outH, outW, 1], { constant: Float32Array.from(counts) }));
  const rest = (size: number, out: number, i: 0 | 1) =>
    size + pads[i] + pads[i + 2]! - ((out - 1) * strides[i] + kernel[i]);
  return inNchw(node, [transpose(share, TO_NCHW), filled([c, 1, ...kernel], 1)], 'ConvTranspose', {
    ...onnxWindow(window),
    group: c,
    output_padding: [rest(H, outH, 0), rest(W, outW, 1)],
  });
}

/** The gradient goes to the first of each window's largest cells, in row-major order, as in TensorFlow.js. */
function maxPoolGrad(node: Node, [dy, x]: Value[]): Value {
  const { kernel, strides, pads } = windowOf(node.attributes);
  const [n, H, W, c] = node.outputs[0]!.shape as [number, number, number, number];
  const [, outH, outW] = dy!.shape as [number, number, number, number];
  const planes = transpose(x!, TO_NCHW);
  // ONNX counts the indices over the whole tensor
  const shape = [n, c, outH, outW];
  const pool = new Node('MaxPool', '', [planes], { kernel_shape: kernel, strides, pads }, [
    { type: 'float32', shape },
    { type: 'int64', shape },
  ]);
  const indices = pool.outputs[1]!;
  const flat = make(
    'ScatterElements',
    [
      filled([n * c * H * W], 0),
      reshape(indices, [n * c * outH * outW]),
      reshape(transpose(dy!, TO_NCHW), [n * c * outH * outW]),
    ],
    'float32',
    [n * c * H * W],
    { axis: 0, reduction: 'add' },
  );
  return transpose(reshape(flat, [n, c, H, W]), TO_NHWC);
}

/** Kernels that move, select or repeat elements. */
import * as tf from '@tensorflow/tfjs-core';
import { sameShape, type Value } from '../../graph/graph.ts';
import { concat, expand, int64s, node, pad, reshape, slice, split, transpose } from '../../graph/ops.ts';
import { lower } from './registry.ts';

/** Parts of a split that are slices of their own, which later passes can move. */
const MOST_SLICES = 8;

export function registerShapes(): void {
  lower<{ shape: number[] }>('Reshape', ({ x }, { shape }) =>
    reshape(x!, tf.util.inferFromImplicitShape(shape, x!.size)),
  );
  lower<{ dim: number }>('ExpandDims', ({ input }, { dim }) => {
    const shape = [...input!.shape];
    tf.util.assert(
      -shape.length - 1 <= dim,
      () => `Axis must be in the interval [${-shape.length - 1}, ${shape.length}]`,
    );
    shape.splice(dim < 0 ? dim + input!.rank + 1 : dim, 0, 1);
    return reshape(input!, shape);
  });
  lower<{ perm: number[] }>('Transpose', ({ x }, { perm }) => transpose(x!, perm));
  lower<{ axis: number }>('Concat', (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const along = (axis + parts[0]!.rank) % parts[0]!.rank;
    tf.backend_util.assertParamsConsistent(
      parts.map((p) => [...p.shape]),
      along,
    );
    // An empty part adds nothing, and ONNX Runtime's Concat wants none
    const full = parts.filter((p) => p.shape[along] !== 0);
    return full.length === 0 ? parts[0]! : concat(full, along);
  });
  lower<{ axis: number }>('Pack', (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const [first] = parts as [Value];
    for (const { shape, type } of parts)
      tf.util.assert(
        sameShape(shape, first.shape) && type === first.type,
        () => `All tensors passed to stack must have matching shapes and dtypes`,
      );
    const at = axis < 0 ? axis + parts[0]!.rank + 1 : axis;
    return concat(
      parts.map((p) => reshape(p, [...p.shape.slice(0, at), 1, ...p.shape.slice(at)])),
      at,
    );
  });
  lower<{ axis: number }>('Unpack', ({ value }, { axis }) => {
    const at = (axis + value!.rank) % value!.rank;
    const shape = value!.shape.filter((_, i) => i !== at);
    return Array.from({ length: value!.shape[at]! }, (_, i) => reshape(slice(value!, [i], [i + 1], [at]), shape));
  });
  lower<{ begin: number | number[]; size: number | number[] }>('Slice', ({ x }, { begin, size }) => {
    const [starts, sizes] = tf.slice_util.parseSliceParams(nominal(x!), begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(nominal(x!), starts, sizes);
    const axes = starts.flatMap((_, i) => (starts[i] === 0 && sizes[i] === x!.shape[i] ? [] : [i]));
    return slice(
      x!,
      axes.map((i) => starts[i]!),
      axes.map((i) => starts[i]! + sizes[i]!),
      axes,
    );
  });
  lower<{ numOrSizeSplits: number | number[]; axis: number }>('SplitV', ({ x }, { numOrSizeSplits, axis }) => {
    const at = (axis + x!.rank) % x!.rank;
    let from = 0;
    const sizes = tf.backend_util.prepareSplitSize(nominal(x!), numOrSizeSplits, at);
    if (sizes.length > MOST_SLICES) return [...split(x!, sizes, at)];
    return sizes.map((size) => {
      const part = slice(x!, [from], [from + size], [at]);
      from += size;
      return part;
    });
  });
  lower<{ dims: number[] }>('Reverse', ({ x }, { dims }) => reversed(x!, tf.util.parseAxisParam(dims, [...x!.shape])));
  lower<{ paddings: [number, number][]; constantValue: number }>('PadV2', ({ x }, { paddings, constantValue }) =>
    pad(
      x!,
      paddings.map((p) => p[0]),
      paddings.map((p) => p[1]),
      constantValue,
    ),
  );
  lower<{ reps: number[] }>('Tile', ({ x }, { reps }) => {
    const shape = x!.shape.map((d, i) => d * reps[i]!);
    // Repeating axes of length 1 is broadcasting, which later passes can move
    return reps.every((r, i) => r === 1 || x!.shape[i] === 1)
      ? expand(x!, shape)
      : node('Tile', [x, int64s(reps)], x!.type, shape);
  });
}

/** What tfjs' shape helpers want of a tensor: its shape and type, and no more. */
export const nominal = (v: Value): tf.Tensor => ({ shape: [...v.shape], rank: v.rank, dtype: v.type }) as never;

export function reversed(x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  // Backwards from the last element to before the first
  const ends = axes.map(() => -(2 ** 31));
  const inputs = [x, int64s(axes.map(() => -1)), int64s(ends), int64s(axes), int64s(axes.map(() => -1))];
  return node('Slice', inputs, x.type, x.shape);
}

/** Resizing of images, and its gradients: what a pixel of the result takes from each row and column is known beforehand. */
import { Value } from '../../graph/graph.ts';
import { add, cast, gather, int64s, matMul, mul, node, reshape, sub } from '../../graph/ops.ts';
import { lower } from './registry.ts';

interface Resize {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** From which two rows (or columns) of the image one of the result comes, and how much of the second. */
interface Source {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

type Shape4D = [number, number, number, number];

export function registerResizing(): void {
  lower<Resize & { size: [number, number] }>('ResizeNearestNeighbor', ({ images }, { size, ...resize }) => {
    const [n, h, w, c] = images!.shape as Shape4D;
    if (isWhole([h, w], size, resize))
      return node('UpsampleNearest', [images], images!.type, [n, ...size, c], {}, 'dmd');
    const rows = nearest(h, size[0], resize).map((s) => s.low);
    const columns = nearest(w, size[1], resize).map((s) => s.low);
    return gather(gather(images!, int64s(rows), 1), int64s(columns), 2);
  });
  lower<Resize>('ResizeNearestNeighborGrad', ({ images, dy }, resize) => {
    const [, h, w] = images!.shape as Shape4D;
    const [, H, W] = dy!.shape as Shape4D;
    if (isWhole([h, w], [H, W], resize)) return node('UpsampleNearestGrad', [dy], 'float32', images!.shape, {}, 'dmd');
    return spread(dy!, images!.shape as Shape4D, nearest(h, H, resize), nearest(w, W, resize));
  });
  lower<Resize & { size: [number, number] }>('ResizeBilinear', ({ images }, { size, ...resize }) => {
    const [, h, w] = images!.shape as Shape4D;
    const rows = blend(cast(images!, 'float32'), 1, between(h, size[0], resize));
    return blend(rows, 2, between(w, size[1], resize));
  });
  lower<Resize>('ResizeBilinearGrad', ({ images, dy }, resize) => {
    const [, h, w] = images!.shape as Shape4D;
    const [, H, W] = dy!.shape as Shape4D;
    return spread(dy!, images!.shape as Shape4D, between(h, H, resize), between(w, W, resize));
  });
}

/** Whether each pixel becomes a rectangle of alike ones. */
const isWhole = (from: readonly number[], to: readonly number[], { alignCorners }: Resize): boolean =>
  !alignCorners && from.every((size, i) => to[i]! % size === 0);

/** Where each of `to` points lies between `from`, in steps of the image. */
function positions(from: number, to: number, { alignCorners, halfPixelCenters }: Resize, centre: number): number[] {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, i) => (halfPixelCenters ? scale * (i + 0.5) - centre : scale * i));
}

const nearest = (from: number, to: number, resize: Resize): Source[] =>
  positions(from, to, resize, 0).map((p) => {
    const low = Math.min(from - 1, Math.max(0, resize.alignCorners ? Math.round(p) : Math.floor(p)));
    return { low, high: low, share: 0 };
  });

const between = (from: number, to: number, resize: Resize): Source[] =>
  positions(from, to, resize, 0.5).map((p) => {
    const low = Math.max(0, Math.floor(p));
    return { low, high: Math.min(from - 1, Math.ceil(Math.max(0, p))), share: p - low };
  });

/** Along `axis`, low + (high − low) · share. */
function blend(x: Value, axis: 1 | 2, sources: readonly Source[]): Value {
  const low = gather(x, int64s(sources.map((s) => s.low)), axis);
  if (sources.every((s) => s.low === s.high)) return low;
  const high = gather(x, int64s(sources.map((s) => s.high)), axis);
  const shares = new Value('float32', axis === 1 ? [sources.length, 1, 1] : [sources.length, 1], {
    constant: Float32Array.from(sources, (s) => s.share),
  });
  return add(low, mul(sub(high, low), shares));
}

/** The adjoint of resizing: dy handed back to the rows and columns that it came from. */
function spread(dy: Value, shape: Shape4D, rows: readonly Source[], columns: readonly Source[]): Value {
  const [n, h, w, c] = shape;
  const [, H, W] = dy.shape as Shape4D;
  const byRow = matMul(weights(h, rows), reshape(dy, [n, H, W * c]));
  return reshape(matMul(weights(w, columns), reshape(byRow, [n * h, W, c])), shape);
}

/** [size, sources]: how much each source takes of each row. */
function weights(size: number, sources: readonly Source[]): Value {
  const constant = new Float32Array(size * sources.length);
  sources.forEach(({ low, high, share }, i) => {
    // Both may be the same row
    constant[low * sources.length + i]! += 1 - share;
    constant[high * sources.length + i]! += share;
  });
  return new Value('float32', [size, sources.length], { constant });
}

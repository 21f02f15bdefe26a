/**
 * Output buffers, kept for the next run of the same size: a training step then allocates nothing, and resident memory
 * stays flat instead of following the garbage collector.
 */
import { type Elements, type ElementType, sizeOf, type Value } from '../graph/graph.ts';
import { onnxRuntime, type OrtTensor } from './session.ts';

/** Free buffers kept of one size; a U-Net has some hundred parameters of the same shape. */
const KEEP = 512;

export class BufferPool {
  private readonly free = new Map<string, Elements[]>();

  /** A CPU tensor for `value`, with whatever an earlier use left in it. */
  take({ type, shape }: Pick<Value, 'type' | 'shape'>): OrtTensor {
    const size = sizeOf(shape);
    return cpuTensor(type, this.free.get(`${type}${size}`)?.pop() ?? elements(type, size), shape);
  }

  /** Takes back the buffer of a tensor that nothing refers to any more. */
  give(tensor: OrtTensor): void {
    const data = tensor.data as Elements;
    const key = `${tensor.type}${data.length}`;
    const list = this.free.get(key);
    if (!list) this.free.set(key, [data]);
    else if (list.length < KEEP) list.push(data);
  }
}

export function cpuTensor(type: ElementType, data: Elements, shape: readonly number[]): OrtTensor {
  return new (onnxRuntime().ort.Tensor)(type, data as Float32Array, shape) as OrtTensor;
}

export function elements(type: ElementType, size: number): Elements {
  switch (type) {
    case 'float32':
      return new Float32Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'int64':
      return new BigInt64Array(size);
    case 'bool':
      return new Uint8Array(size);
  }
}

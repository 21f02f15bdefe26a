/**
 * A safetensors file in figures: each tensor's shape and norms, and what the file says about itself.
 */
import { decodeSafetensors } from '../../src/networks/safetensors.ts';

export interface TensorFigures {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** L2. */
  readonly norm: number;
  readonly mean: number;
  /** Largest absolute value. */
  readonly largest: number;
  /** How many elements are not finite. */
  readonly broken: number;
}

export interface Description {
  readonly bytes: number;
  readonly elements: number;
  readonly tensors: readonly TensorFigures[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether it is a generator, which can be drawn from. */
  readonly isGenerator: boolean;
}

/** A failure that says what is wrong with the file `bytes`; `source` names it. */
export function describe(bytes: Uint8Array, source: string): Description {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const figures = [...tensors].map(([name, { shape, values }]) => ({ name, shape, ...figuresOf(values) }));
  return {
    bytes: bytes.length,
    elements: figures.reduce((sum, { elements }) => sum + elements, 0),
    tensors: figures,
    metadata,
    isGenerator: metadata['generator'] !== undefined,
  };
}

function figuresOf(values: Float32Array): Omit<TensorFigures, 'name' | 'shape'> {
  let [squares, sum, largest, broken] = [0, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) broken++;
    squares += value * value;
    sum += value;
    largest = Math.max(largest, Math.abs(value));
  }
  const elements = values.length;
  return { elements, norm: Math.sqrt(squares), mean: elements === 0 ? 0 : sum / elements, largest, broken };
}

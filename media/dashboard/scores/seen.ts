/**
 * Both scores on some of a run's samples at one noise level, from a probe that the run has kept, or asked for.
 */
import type { InspectReply, Probed, RunPlace, TensorPayload } from '../../../src/runs/contract.ts';
import type { Tensor } from './safetensors.ts';

const quantities = ['z', 'x', 'x_t', 'mu_real', 'mu_fake', 'difference', 'gradient'] as const;
export type Quantity = (typeof quantities)[number];

export interface Seen {
  readonly iteration: number;
  /** The noise level in the teacher's own unit, and its σ. */
  readonly t: number;
  readonly sigma: number;
  /** The numbers of the samples, from 0, and the shape of one. */
  readonly samples: readonly number[];
  readonly shape: readonly number[];
  /** [n, …shape] each. */
  readonly tensors: Readonly<Record<Quantity, Float32Array>>;
}

/** A probe at its level number `level`. An error when its file lacks something. */
export function seenByProbe(event: Probed, tensors: ReadonlyMap<string, Tensor>, level: number): Seen {
  const [n = 0, ...shape] = tensors.get('x')?.shape ?? [];
  const size = n * shape.reduce((a, b) => a * b, 1);
  return {
    iteration: event.iteration,
    t: event.t[level]!,
    sigma: event.sigma[level]!,
    samples: Array.from({ length: n }, (_, i) => i),
    shape,
    tensors: each((name) => {
      // noise and samples are the same at all levels
      const from = name === 'z' || name === 'x' ? 0 : level * size;
      const values = tensors.get(name)?.values.subarray(from, from + size);
      if (size === 0 || values?.length !== size) throw new Error(`The file with these scores lacks ${name}.`);
      return values;
    }),
  };
}

export const seenByInspect = (reply: InspectReply & RunPlace): Seen => ({
  iteration: reply.iteration,
  t: reply.t,
  sigma: reply.sigma,
  samples: reply.samples,
  shape: reply.tensors.x.shape.slice(1),
  tensors: each((name) => decode(reply.tensors[name])),
});

const each = (make: (name: Quantity) => Float32Array): Seen['tensors'] =>
  Object.fromEntries(quantities.map((name) => [name, make(name)])) as Record<Quantity, Float32Array>;

function decode({ base64 }: TensorPayload): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** The numbers of one sample, by its place among those that were seen. */
export function oneOf({ tensors, samples }: Seen, name: Quantity, place: number): Float32Array {
  const size = tensors[name].length / samples.length;
  return tensors[name].subarray(place * size, (place + 1) * size);
}

/** α of the level: 1 for EDM, whose own unit is σ; for DDPM what keeps the variance. */
export const alphaOf = ({ t, sigma }: Pick<Seen, 't' | 'sigma'>): number =>
  t === sigma ? 1 : Math.sqrt(Math.max(0, 1 - sigma ** 2));

/** s_real − s_fake (Eq. 4, 5) = α (μ_real − μ_fake) / σ², of all samples: where distribution matching pushes them. */
export function scoreDifference(seen: Seen): Float32Array {
  const scale = -alphaOf(seen) / seen.sigma ** 2;
  return seen.tensors.difference.map((value) => scale * value);
}

/** ε, out of x_t = α x + σ ε, of all samples. */
export function noiseOf(seen: Seen): Float32Array {
  const { x, x_t } = seen.tensors;
  const alpha = alphaOf(seen);
  return x_t.map((value, i) => (value - alpha * x[i]!) / seen.sigma);
}

/** Root mean square of the numbers. */
export const rms = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));

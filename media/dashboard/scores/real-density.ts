/**
 * What the page knows of the teacher's distribution in the plane: its modes where the run tells them, else its samples.
 */
import type { RunModel } from '../run-model.ts';
import { teacherEvent } from '../samples/moments.ts';

/** Round Gaussians in the plane. */
export interface Kernels {
  /** [x, y, x, y, …]. */
  readonly centres: Float32Array;
  readonly stds: Float32Array;
  /** They sum to 1; absent: all are equally likely. */
  readonly weights?: Float32Array;
}

/** `exact`: it is the distribution itself, not an estimate from samples. */
export type RealKernels = Kernels & { readonly exact: boolean };

/** How far an estimate smears each sample, as a share of the samples' root mean square. */
const SMEAR = 0.08;

/** Undefined until something is known. Reads signals. */
export function teacherKernels(model: RunModel): RealKernels | undefined {
  const mixture = model.started.value?.teacher.mixture;
  if (mixture)
    return {
      centres: Float32Array.from(mixture.flatMap(({ mean }) => mean)),
      stds: Float32Array.from(mixture, ({ std }) => std),
      weights: Float32Array.from(mixture, ({ weight }) => weight),
      exact: true,
    };
  const points = teacherEvent(model)?.points;
  return points && { ...kernelsOf(points), exact: false };
}

/** A kernel estimate of what `points` [x, y, x, y, …] are of. */
export function kernelsOf(points: Float32Array): Kernels {
  const square = points.reduce((sum, value) => sum + value * value, 0) / Math.max(1, points.length);
  return { centres: points, stds: new Float32Array(points.length / 2).fill(SMEAR * Math.sqrt(square) || SMEAR) };
}

/** The same after α x + σ ε: another mixture of Gaussians, exactly. */
export const diffuse = <K extends Kernels>(kernels: K, alpha: number, sigma: number): K => ({
  ...kernels,
  centres: kernels.centres.map((value) => alpha * value),
  stds: kernels.stds.map((std) => Math.hypot(alpha * std, sigma)),
});

/** What holds nearly all of it with room around, of few round values. */
export function reachOfKernels({ centres, stds }: Kernels): number {
  const most = centres.reduce((reach, centre, i) => Math.max(reach, Math.abs(centre) + 3 * stds[i >> 1]!), 0);
  const decade = 10 ** Math.floor(Math.log10(most));
  return [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((digit) => digit * decade).find((reach) => reach >= most)!;
}

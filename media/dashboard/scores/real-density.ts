/**
 * What the page knows of the teacher's distribution in the plane: its modes where it has a preset's name, else its samples.
 */
import { mixtureShapes } from '../../../src/teachers/mixture-shapes.ts';
import type { RunModel } from '../run-model.ts';
import { teacherEvent } from '../samples/moments.ts';

export interface Kernels {
  /** [x, y, x, y, …], equally likely. */
  readonly centres: Float32Array;
  readonly std: number;
  /** Whether it is the distribution itself, not an estimate from samples. */
  readonly exact: boolean;
}

/** How far an estimate smears each sample, as a share of the samples' root mean square. */
const SMEAR = 0.08;

/** Undefined until the teacher has shown samples. Reads signals. */
export function teacherKernels(model: RunModel): Kernels | undefined {
  const name = model.started.value?.teacher.name ?? '';
  if (Object.hasOwn(mixtureShapes, name)) {
    const { means, std } = mixtureShapes[name as keyof typeof mixtureShapes];
    return { centres: Float32Array.from(means.flat()), std, exact: true };
  }
  const points = teacherEvent(model)?.points;
  return points && { ...kernelsOf(Float32Array.from(points.flat())), exact: false };
}

/** A kernel estimate of what `points` [x, y, x, y, …] are of. */
export function kernelsOf(points: Float32Array): Pick<Kernels, 'centres' | 'std'> {
  const square = points.reduce((sum, value) => sum + value * value, 0) / Math.max(1, points.length);
  return { centres: points, std: SMEAR * Math.sqrt(square) || SMEAR };
}

/** The same after α x + σ ε: another mixture of Gaussians, exactly. */
export const diffuse = <K extends Pick<Kernels, 'centres' | 'std'>>(kernels: K, alpha: number, sigma: number): K => ({
  ...kernels,
  centres: kernels.centres.map((value) => alpha * value),
  std: Math.hypot(alpha * kernels.std, sigma),
});

/** What holds nearly all of it with room around, of few round values. */
export function reachOfKernels({ centres, std }: Pick<Kernels, 'centres' | 'std'>): number {
  const most = centres.reduce((a, b) => Math.max(a, Math.abs(b)), 0) + 3 * std;
  const decade = 10 ** Math.floor(Math.log10(most));
  return [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((digit) => digit * decade).find((reach) => reach >= most)!;
}

/**
 * Gradient norms layer by layer over a run, and what is wrong with them.
 */
import type { Started } from '../../../src/runs/contract.ts';
import { healthOf, type LayerHealth } from '../charts/layer-health.ts';
import type { RunModel } from '../run-model.ts';

export const losses = ['matching', 'regression', 'fake'] as const;
export type Loss = (typeof losses)[number];

/** Where in Algorithm 1 the gradients of a loss come from. */
export const lossWords: Readonly<
  Record<Loss, { readonly name: string; readonly label: string; readonly color: string; readonly from: string }>
> = {
  matching: {
    name: 'Matching',
    label: 'L_DM',
    color: 'series-0',
    from: '∂ λ_dm L_DM / ∂θ: the weighted score difference ∇x on the samples x = G(z), carried back through G (Eq. 7).',
  },
  regression: {
    name: 'Regression',
    label: 'L_reg',
    color: 'series-2',
    from: '∂ λ_reg L_reg / ∂θ: the distance of G(z_ref) to the teacher’s y for the same noise, carried back through G (Eq. 9).',
  },
  fake: {
    name: 'Fake score',
    label: 'L_fake',
    color: 'series-1',
    from: '∂ L_fake / ∂φ: the fake score’s own denoising loss on noisy samples of G, which stays as it is (Eq. 6).',
  },
};

export interface NormsOverTime {
  readonly layers: readonly string[];
  readonly iterations: readonly number[];
  /** [layers][iterations]; NaN where none was told. */
  readonly norms: readonly (readonly number[])[];
}

/** All that a run has told of the gradients of a loss. Reads signals. */
export function normsOf(run: RunModel, loss: Loss): NormsOverTime {
  const layers = layersOf(run.started.value, loss);
  const told = run.events('layers').value.filter((event) => event[loss] !== undefined);
  return {
    layers,
    iterations: told.map(({ iteration }) => iteration),
    norms: layers.map((_, i) => told.map((event) => event[loss]![i] ?? NaN)),
  };
}

const layersOf = (started: Partial<Started> | undefined, loss: Loss): readonly string[] =>
  // runs of before there were layers have none
  started?.layers?.[loss === 'fake' ? 'fake' : 'generator'] ?? [];

/** Layers to look at, of what was known at `iteration`: by their place. */
export function flagsAt({ iterations, norms }: NormsOverTime, iteration: number): Map<number, LayerHealth> {
  const known = Math.max(1, iterations.filter((told) => told <= iteration).length);
  const flags = norms.map((history, i) => [i, healthOf(history.slice(0, known))] as const);
  return new Map(flags.filter((flag): flag is readonly [number, LayerHealth] => flag[1] !== undefined));
}

/**
 * The same with no more than `columns` columns: of several measurements the greatest of each layer, at the first of them, so
 * that none that stands out is lost.
 */
export function thinNorms({ layers, iterations, norms }: NormsOverTime, columns: number): NormsOverTime {
  const each = Math.ceil(iterations.length / columns);
  if (each <= 1) return { layers, iterations, norms };
  const starts = Array.from({ length: Math.ceil(iterations.length / each) }, (_, column) => column * each);
  return {
    layers,
    iterations: starts.map((start) => iterations[start]!),
    norms: norms.map((row) => starts.map((start) => greatest(row.slice(start, start + each)))),
  };
}

const greatest = (values: readonly number[]): number => {
  const finite = values.filter((value) => !Number.isNaN(value));
  return finite.length === 0 ? NaN : Math.max(...finite);
};

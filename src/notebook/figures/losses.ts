/**
 * The curves of a run, as `curves.png` has them.
 */
import { curvesChart } from '../../runs/charts/curves.ts';
import type { RunEvent } from '../../runs/contract.ts';
import { chartFigure, type Figure } from '../figure.ts';

/** What has told events: a run, or events themselves. */
export type Told = { readonly events: readonly RunEvent[]; readonly name?: string } | readonly RunEvent[];

export const eventsOf = (of: Told): readonly RunEvent[] => ('events' in of ? of.events : of);
export const nameOf = (of: Told): string => ('events' in of ? (of.name ?? '') : '');

/**
 * Losses, gradient norms, values and figures of a run over its steps. `live(() => losses(run), run)` follows it.
 *
 * ```ts
 * losses(await openRun('latest'))
 * ```
 */
export const losses = (of: Told): Figure =>
  chartFigure(() => {
    const chart = curvesChart(nameOf(of), eventsOf(of));
    return chart ?? { title: 'No steps so far', panels: [] };
  });

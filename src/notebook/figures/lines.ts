/**
 * Curves by name.
 */
import { seriesColours } from '../../colours/light.ts';
import type { Panel, Series } from '../../runs/charts/chart.ts';
import { chartFigure, type Figure } from '../figure.ts';

/** Values at 0, 1, 2, …, or points [x, y]. */
export type Curve = readonly number[] | Float32Array | readonly (readonly [x: number, y: number])[];

export interface LinesOptions {
  readonly title?: string;
  /** What the axes are of. */
  readonly x?: string;
  readonly y?: string;
  /** A logarithmic y axis. */
  readonly log?: boolean;
  /** Points alone, not joined. */
  readonly points?: boolean;
}

/**
 * Curves over each other, each with its colour and its name.
 *
 * ```ts
 * lines({ 'both scores': kl, 'real score only': other }, { title: 'KL divergence', x: 'step', log: true })
 * ```
 */
export const lines = (curves: Readonly<Record<string, Curve>>, options: LinesOptions = {}): Figure =>
  chartFigure(() => ({ title: options.title ?? '', panelSize: [640, 340], panels: [linesPanel(curves, options)] }));

function linesPanel(curves: Readonly<Record<string, Curve>>, { x, y = '', log, points }: LinesOptions): Panel {
  return {
    title: y,
    xLabel: x,
    yScale: log ? 'log' : 'linear',
    series: Object.entries(curves).map(([name, curve], i): Series => ({
      name,
      color: seriesColours[i % seriesColours.length]!,
      kind: points ? 'points' : 'line',
      points: pointsOf(curve),
    })),
  };
}

const pointsOf = (curve: Curve): [number, number][] =>
  Array.from(curve as ArrayLike<number | readonly [number, number]>, (value, i) =>
    typeof value === 'number' ? [i, value] : [value[0], value[1]],
  );

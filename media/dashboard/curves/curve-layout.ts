/**
 * What all charts over a run's steps share: the x axis, the phases of the warm-up behind it, and a click that moves the
 * cursor.
 */
import type { Layout, Shape } from 'plotly.js';
import type { App } from '../app.ts';
import type { ChartView } from '../charts/chart.ts';
import { warmupPhases } from './phases.ts';
import { iterationAt, timeUnit, xOfIteration, type TimeUnit, type XAxis } from './x-axis.ts';

export function xLayout(app: App, axis: XAxis, unit: TimeUnit, { range, theme, width }: ChartView): Partial<Layout> {
  const title = axis === 'step' ? 'iteration' : unit.name;
  const bands = phaseBands(app, axis, unit);
  const [left, right] = range ?? [0, Math.max(1, ...bands.ends)];
  return {
    xaxis: {
      title: { text: title },
      exponentformat: 'SI',
      ...(range ? { range: [...range], autorange: false } : { autorange: true }),
      hoverformat: axis === 'step' ? ',d' : '.2f',
      ...hoverTitle(`${title} %{x}`),
    },
    // the names of phases stand above the plot, where they fit
    margin: { l: 52, r: 10, t: 20, b: 34 },
    shapes: bands.spans.map(({ from, to }): Partial<Shape> => ({
      type: 'rect',
      layer: 'below',
      yref: 'paper',
      x0: from,
      x1: to,
      y0: 0,
      y1: 1,
      line: { width: 0 },
      fillcolor: theme.muted,
      opacity: 0.1,
    })),
    annotations: bands.spans
      .filter(({ name, from, to }) => ((to - from) / (right - left)) * (width - 60) > 5.5 * name.length)
      .filter(({ from, to }) => from >= left && to <= right)
      .map(({ name, from }) => ({
        text: name,
        x: from,
        y: 1,
        yref: 'paper',
        xanchor: 'left',
        yanchor: 'bottom',
        showarrow: false,
        font: { size: 10, color: theme.muted },
      })),
  };
}

/** Plotly 3.1 and later; its types do not know it yet. */
const hoverTitle = (text: string): object => ({ unifiedhovertitle: { text } });

/** The warm-up of the run that the page shows, and where all runs end. */
function phaseBands({ current, overlaid }: App, axis: XAxis, unit: TimeUnit) {
  const run = current.value;
  const started = run?.started.value;
  const place = (iteration: number) => xOfIteration(run!, iteration, axis, unit) ?? 0;
  const last = run?.steps.get('iteration').at(-1) ?? 0;
  const spans = (started ? warmupPhases(started) : [])
    .filter(({ from }) => from <= last)
    .map(({ name, from, to }) => ({ name, from: place(from), to: place(Math.min(to, last)) }));
  const ends = overlaid.value.map((one) => xOfIteration(one, one.steps.get('iteration').at(-1) ?? 0, axis, unit) ?? 0);
  return { spans, ends };
}

/** Moves the cursor to the iteration at `x`. */
export function chooseIteration({ current, overlaid, cursor }: App, x: number, axis: XAxis): void {
  const run = current.peek();
  const iteration = run && iterationAt(run, x, axis, timeUnit(overlaid.peek()));
  if (iteration !== undefined) cursor.value = { iteration, following: false };
}

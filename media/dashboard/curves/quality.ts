/**
 * How far the samples are from what they should be, evaluation by evaluation, beside what they are measured against.
 */
import type { Signal } from '@preact/signals-core';
import type { PlotData } from 'plotly.js';
import type { App } from '../app.ts';
import type { Figure } from '../charts/chart-layout.ts';
import type { ChartSpec, ChartView, Range } from '../charts/chart.ts';
import { plainText } from '../charts/plain-text.ts';
import { yAxis } from '../charts/y-axis.ts';
import type { RunModel } from '../run-model.ts';
import { titleOf } from '../run-title.ts';
import { seriesColour } from '../theme.ts';
import { chooseIteration, xLayout } from './curve-layout.ts';
import { logToggle, xChoice, type CurveSettings } from './curve-settings.ts';
import { timeUnit, xOfIteration, type XAxis } from './x-axis.ts';

export interface Measure {
  readonly name: 'frechet' | 'kl';
  readonly title: string;
  readonly hint: string;
}

export const measures: readonly Measure[] = [
  { name: 'frechet', title: 'Fréchet distance', hint: 'lower is better' },
  { name: 'kl', title: 'KL, nats', hint: 'KL(G ‖ teacher), lower is better' },
];

/** What does not change as the generator learns: level lines, and which side of its words lies on the line. */
const references = [
  { of: 'start', label: 'untrained', color: 'series-7', dash: 'dot', side: 'top' },
  { of: 'regressionAlone', label: 'regression alone', color: 'series-2', dash: 'dash', side: 'bottom' },
  { of: 'teacher', label: 'teacher', color: 'teacher', dash: 'dash', side: 'bottom' },
] as const;

export function qualityCurve(
  app: App,
  { name, title, hint }: Measure,
  settings: CurveSettings,
  ranges: Readonly<Record<XAxis, Signal<Range | undefined>>>,
): ChartSpec {
  const runs = () => app.overlaid.value;
  return {
    name,
    title,
    hint,
    range: () => ranges[settings.x.value],
    controls: [xChoice(settings.x), logToggle(settings.log)],
    figure: (view) => figureOf(app, name, settings, view),
    empty: () => (runs().some((run) => evaluationsOf(run, name).length > 0) ? undefined : 'Not evaluated so far.'),
    summary: () =>
      runs().flatMap((run) => evaluationsOf(run, name).map(({ of, iteration, value }) => `${titleOf(run)}, ${of} at iteration ${iteration}: ${value.toPrecision(4)}.`)).join(' '), // prettier-ignore
    table: () => {
      const rows = runs().flatMap((run) =>
        evaluationsOf(run, name).map(({ of, iteration, value }) => [titleOf(run), of, iteration, value] as const),
      );
      return { head: ['run', 'of', 'iteration', title], rows: rows.length, row: (i) => rows[i]! };
    },
    onClick: ({ x }) => chooseIteration(app, Number(x), settings.x.peek()),
  };
}

/** Evaluations of a run that measured this; also whether it has any. */
export const evaluationsOf = (run: RunModel, measure: Measure['name']) =>
  run
    .events('evaluation')
    .value.flatMap(({ of, iteration, [measure]: value }) => (value === undefined ? [] : [{ of, iteration, value }]));

function figureOf(app: App, measure: Measure['name'], settings: CurveSettings, view: ChartView): Figure {
  const runs = app.overlaid.value;
  const unit = timeUnit(runs);
  const x = settings.x.value;
  const xOf = (run: RunModel, iteration: number) => xOfIteration(run, iteration, x, unit) ?? 0;
  const data = runs.map((run): Partial<PlotData> => {
    void run.stepsVersion.value;
    const points = evaluationsOf(run, measure).filter(({ of }) => of === 'start' || of === 'oneStep');
    const color = view.theme.color(runs.length > 1 ? seriesColour(run.colour) : 'one-step');
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name: runs.length > 1 ? plainText(titleOf(run)) : 'one step',
      x: points.map(({ iteration }) => xOf(run, iteration)),
      y: points.map(({ value }) => value),
      line: { color, width: 1.8 },
      marker: { color, size: 6 },
      hovertemplate: '%{y:.4~g}',
    };
  });
  const { current } = app;
  const levels = current.value ? references.flatMap((reference) => {
    const value = evaluationsOf(current.value!, measure).findLast(({ of }) => of === reference.of)?.value;
    return value === undefined ? [] : [{ ...reference, value, color: view.theme.color(reference.color) }];
  }) : []; // prettier-ignore
  const layout = xLayout(app, x, unit, view);
  return {
    data,
    layout: {
      ...layout,
      yaxis: yAxis(settings.log.value, [...data.map(({ y }) => y as number[]), levels.map(({ value }) => value)]),
      shapes: [
        ...(layout.shapes ?? []),
        ...levels.map(({ value, color, dash, label, side }) => ({
          type: 'line' as const,
          xref: 'paper' as const,
          x0: 0,
          x1: 1,
          y0: value,
          y1: value,
          line: { color, dash, width: 1.2 },
          label: { text: label, textposition: 'end' as const, yanchor: side, font: { color, size: 10 }, padding: 2 },
        })),
      ],
    },
  };
}

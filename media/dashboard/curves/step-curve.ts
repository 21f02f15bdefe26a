/**
 * A chart of what every step measures: smoothed, with the raw line faint behind it, for each run that is open.
 */
import type { Data } from 'plotly.js';
import type { App } from '../app.ts';
import type { Figure } from '../charts/chart-layout.ts';
import type { ChartSpec, ChartView, Range } from '../charts/chart.ts';
import { plainText } from '../charts/plain-text.ts';
import { smooth, smoothingAt } from '../charts/smooth.ts';
import type { Table } from '../charts/table.ts';
import { thin } from '../charts/thin.ts';
import type { StepColumn } from '../../../src/dashboard/protocol.ts';
import type { RunModel } from '../run-model.ts';
import { titleOf } from '../run-title.ts';
import { seriesColour } from '../theme.ts';
import type { Signal } from '@preact/signals-core';
import { chooseIteration, xLayout } from './curve-layout.ts';
import { logToggle, smoothingSlider, xChoice, type CurveSettings } from './curve-settings.ts';
import { isOffAtZero, type Curve, type Quantity } from './quantities.ts';
import { timeUnit, xOfIteration, xOfSteps, type TimeUnit, type XAxis } from './x-axis.ts';

export function stepCurve(
  app: App,
  { name, title, hint, curves }: Quantity,
  settings: CurveSettings,
  ranges: Readonly<Record<XAxis, Signal<Range | undefined>>>,
): ChartSpec {
  const runs = () => app.overlaid.value;
  return {
    name,
    title,
    hint,
    range: () => ranges[settings.x.value],
    controls: [smoothingSlider(settings.smoothing), xChoice(settings.x), logToggle(settings.log)],
    figure: (view) => figureOf(app, curves, settings, view),
    empty: () => {
      for (const run of runs()) void run.stepsVersion.value;
      if (runs().some((run) => curves.some(({ column }) => measured(run, column).some(Number.isFinite))))
        return undefined;
      return runs().every(({ complete }) => complete.value) ? 'Not measured so far.' : 'Loading…';
    },
    summary: () =>
      runs()
        .flatMap((run) => curves.map((curve) => lastOf(run, curve)))
        .join(' '),
    table: () => tableOf(runs(), curves),
    onClick: ({ x }) => chooseIteration(app, Number(x), settings.x.peek()),
  };
}

/** The values of all steps; NaN where a loss was switched off. */
function measured({ steps }: RunModel, column: StepColumn): Float32Array {
  const values = steps.get(column);
  return isOffAtZero(column) && values.includes(0) ? values.map((value) => (value === 0 ? NaN : value)) : values;
}

function figureOf(app: App, curves: readonly Curve[], settings: CurveSettings, view: ChartView): Figure {
  const runs = app.overlaid.value;
  const unit = timeUnit(runs);
  const data = runs.flatMap((run) => {
    void run.stepsVersion.value;
    return curves.flatMap((curve, i) => {
      const color = view.theme.color(runs.length > 1 ? seriesColour(run.colour) : curve.color);
      const name = [...(runs.length > 1 ? [titleOf(run)] : []), ...(curves.length > 1 ? [curve.label] : [])].join(', ');
      const style = { color, dash: runs.length > 1 && i > 0 ? ('dot' as const) : ('solid' as const) };
      return [...lines(run, curve.column, settings, view, unit, plainText(name), style), handMarks(run, curve, settings, unit, color)]; // prettier-ignore
    });
  });
  return {
    data,
    layout: {
      ...xLayout(app, settings.x.value, unit, view),
      yaxis: { type: settings.log.value ? 'log' : 'linear', ...(settings.log.value && { dtick: undefined }) },
    },
  };
}

interface LineStyle {
  readonly color: string;
  readonly dash: 'solid' | 'dot';
}

/** The raw line, faint, and the smoothed one on it; without smoothing the raw one alone. */
function lines(
  run: RunModel,
  column: StepColumn,
  settings: CurveSettings,
  { width, range }: ChartView,
  unit: TimeUnit,
  name: string,
  { color, dash }: LineStyle,
): Partial<Data>[] {
  const x = xOfSteps(run, settings.x.value, unit);
  const raw = measured(run, column);
  const smoothing = smoothingAt(settings.smoothing.value);
  const line = (y: ArrayLike<number>) => {
    const at = thin(x, y, width, ...(range ?? []));
    return { x: at.map((i) => x[i]!), y: at.map((i) => y[i]!), at };
  };
  const common = { type: 'scatter', mode: 'lines' } as const;
  const main = (y: ArrayLike<number>): Partial<Data> => {
    const { at, ...points } = line(y);
    return {
      ...common,
      ...points,
      name,
      customdata: at.map((i) => raw[i]!),
      line: { color, dash, width: 1.8 },
      hovertemplate: smoothing > 0 ? '%{y:.4~g} (raw %{customdata:.4~g})' : '%{y:.4~g}',
    };
  };
  if (smoothing === 0) return [main(raw)];
  const { at: _, ...faint } = line(raw);
  return [
    { ...common, ...faint, line: { color, width: 1 }, opacity: 0.3, hoverinfo: 'skip' },
    main(smooth(run.steps.get('iteration'), raw, smoothing)),
  ];
}

/** Single updates by hand, where they were made. */
function handMarks(
  run: RunModel,
  { column }: Curve,
  { x }: CurveSettings,
  unit: TimeUnit,
  color: string,
): Partial<Data> {
  const told = run.byHand.value.flatMap((event) => {
    const y = (event as Partial<Record<StepColumn, unknown>>)[column];
    return typeof y === 'number' && y !== 0 ? [{ event, y }] : [];
  });
  return {
    type: 'scatter',
    mode: 'markers',
    x: told.map(({ event }) => xOfIteration(run, event.iteration, x.value, unit) ?? NaN),
    y: told.map(({ y }) => y),
    text: told.map(({ event }) => (event.by === 'stepFake' ? 'one fake-score update' : 'one generator update')),
    marker: { color, symbol: 'diamond-open', size: 8 },
    hovertemplate: '%{y:.4~g} %{text} by hand',
    visible: told.length > 0,
  };
}

function lastOf(run: RunModel, { column, label }: Curve): string {
  const values = measured(run, column);
  const at = values.findLastIndex(Number.isFinite);
  const value =
    at < 0 ? 'not measured' : `${values[at]!.toPrecision(4)} at iteration ${run.steps.get('iteration')[at]}`;
  return `${titleOf(run)}, ${label}: ${value}.`;
}

/** The steps of all runs, one run after another; nothing is smoothed or left out. */
function tableOf(runs: readonly RunModel[], curves: readonly Curve[]): Table {
  const parts = runs.map((run) => ({
    title: titleOf(run),
    columns: (['iteration', 'time', ...curves.map(({ column }) => column)] as const).map((column) => measured(run, column).slice()), // prettier-ignore
  }));
  const lengths = parts.map(({ columns }) => columns[0]!.length);
  return {
    head: ['run', 'iteration', 'seconds since start', ...curves.map(({ label }) => label)],
    rows: lengths.reduce((sum, length) => sum + length, 0),
    row: (index) => {
      let part = 0;
      while (index >= lengths[part]!) index -= lengths[part++]!;
      const { title, columns } = parts[part]!;
      return [title, ...columns.map((values) => values[index]!)];
    },
  };
}

/**
 * A chart of what every step measures: smoothed, with the raw line faint behind it, for each run that is open.
 */
import type { Signal } from '@preact/signals-core';
import type { Annotations, PlotData } from 'plotly.js';
import type { StepColumn } from '../../../src/dashboard/protocol.ts';
import { thin } from '../../../src/runs/charts/thin.ts';
import type { App } from '../app.ts';
import type { Figure } from '../charts/chart-layout.ts';
import type { ChartSpec, ChartView, Range } from '../charts/chart.ts';
import { plainText } from '../charts/plain-text.ts';
import { smooth, smoothingAt } from '../charts/smooth.ts';
import type { Table } from '../charts/table.ts';
import { yAxis } from '../charts/y-axis.ts';
import type { RunModel } from '../run-model.ts';
import { titleOf } from '../run-title.ts';
import { seriesColour } from '../theme.ts';
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
      if (runs().some((run) => curves.some(({ column }) => lastMeasured(run, column) >= 0))) return undefined;
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
  if (!isOffAtZero(column)) return steps.get(column);
  const values = steps.get(column).slice();
  for (let i = 0; i < values.length; i++) if (values[i] === 0) values[i] = NaN;
  return values;
}

/** The last step that measured it; -1: none. */
const lastMeasured = ({ steps }: RunModel, column: StepColumn): number =>
  steps.get(column).findLastIndex((value) => Number.isFinite(value) && !(value === 0 && isOffAtZero(column)));

function figureOf(app: App, curves: readonly Curve[], settings: CurveSettings, view: ChartView): Figure {
  const runs = app.overlaid.value;
  const unit = timeUnit(runs);
  const data = runs.flatMap((run) => {
    void run.stepsVersion.value;
    return curves.flatMap((curve, i) => {
      const names = [...(runs.length > 1 ? [titleOf(run)] : []), ...(curves.length > 1 ? [curve.label] : [])];
      const line: Line = {
        run,
        column: curve.column,
        name: plainText(names.join(', ')),
        color: view.theme.color(runs.length > 1 ? seriesColour(run.colour) : curve.color),
        dash: runs.length > 1 && i > 0 ? 'dot' : 'solid',
      };
      return [...lines(line, settings, view, unit), handMarks(line, settings, view, unit)];
    });
  });
  // no run's raw line lies on another's smoothed one
  const isRaw = ({ hoverinfo }: Partial<PlotData>) => hoverinfo === 'skip';
  const layout = xLayout(app, settings.x.value, unit, view);
  return {
    data: [...data.filter(isRaw), ...data.filter((trace) => !isRaw(trace))],
    layout: {
      ...layout,
      annotations: [
        ...(layout.annotations ?? []),
        ...(curves.length > 1 && runs[0]
          ? curves.map((curve) =>
              lineLabel(runs[0]!, curve, settings, runs.length > 1 ? view.theme.muted : view.theme.color(curve.color)),
            )
          : []),
      ],
      yaxis: yAxis(
        settings.log.value,
        data.map(({ y }) => y as number[]),
      ),
    },
  };
}

/** A line's name at its end. */
function lineLabel(
  run: RunModel,
  { column, label }: Curve,
  { log }: CurveSettings,
  color: string,
): Partial<Annotations> {
  const value = run.steps.get(column)[lastMeasured(run, column)] ?? NaN;
  return {
    text: label,
    xref: 'paper',
    x: 1,
    y: log.value ? Math.log10(value) : value,
    xanchor: 'right',
    yanchor: 'bottom',
    showarrow: false,
    visible: !log.value || value > 0,
    font: { size: 10, color },
  };
}

/** A quantity of a run, as it is drawn. */
interface Line {
  readonly run: RunModel;
  readonly column: StepColumn;
  readonly name: string;
  readonly color: string;
  readonly dash: 'solid' | 'dot';
}

/** The raw line, faint, and the smoothed one on it; without smoothing the raw one alone. */
function lines({ run, column, name, color, dash }: Line, settings: CurveSettings, view: ChartView, unit: TimeUnit) {
  const x = xOfSteps(run, settings.x.value, unit);
  const raw = measured(run, column);
  const smoothing = smoothingAt(settings.smoothing.value);
  const points = (y: ArrayLike<number>): Partial<PlotData> => {
    const at = thin(x, y, view.width, ...(view.range ?? []));
    const values = { x: at.map((i) => x[i]!), y: at.map((i) => y[i]!), customdata: at.map((i) => raw[i]!) };
    // one step alone makes no line
    return { type: 'scatter', mode: run.steps.length === 1 ? 'markers' : 'lines', ...values };
  };
  const main = (y: ArrayLike<number>): Partial<PlotData> => ({
    ...points(y),
    name,
    line: { color, dash, width: 1.8 },
    hovertemplate: smoothing > 0 ? '%{y:.4~g} (raw %{customdata:.4~g})' : '%{y:.4~g}',
  });
  if (smoothing === 0) return [main(raw)];
  const faint: Partial<PlotData> = { ...points(raw), line: { color, width: 1 }, opacity: 0.3, hoverinfo: 'skip' };
  return [faint, main(smooth(run.steps.get('iteration'), raw, smoothing))];
}

/** Single updates by hand, where they were made. */
function handMarks(
  { run, column, color }: Line,
  { x }: CurveSettings,
  { range }: ChartView,
  unit: TimeUnit,
): Partial<PlotData> {
  const told = run.byHand.value.flatMap((event) => {
    const y = (event as Partial<Record<StepColumn, unknown>>)[column];
    const at = xOfIteration(run, event.iteration, x.value, unit) ?? NaN;
    const isSeen = !range || (at >= range[0] && at <= range[1]);
    return typeof y === 'number' && y !== 0 && isSeen ? [{ x: at, y, by: event.by }] : [];
  });
  return {
    type: 'scatter',
    mode: 'markers',
    x: told.map(({ x }) => x),
    y: told.map(({ y }) => y),
    text: told.map(({ by }) => (by === 'stepFake' ? 'one fake-score update' : 'one generator update')),
    marker: { color, symbol: 'diamond-open', size: 8 },
    hovertemplate: '%{y:.4~g}, %{text} by hand<extra></extra>',
    visible: told.length > 0,
  };
}

function lastOf(run: RunModel, { column, label }: Curve): string {
  const at = lastMeasured(run, column);
  const [value, iteration] = [run.steps.get(column)[at], run.steps.get('iteration')[at]];
  const words = value === undefined ? 'not measured' : `${value.toPrecision(4)} at iteration ${iteration}`;
  return `${titleOf(run)}, ${label}: ${words}.`;
}

/** The steps of all runs, one run after another; nothing is smoothed or left out. */
function tableOf(runs: readonly RunModel[], curves: readonly Curve[]): Table {
  const parts = runs.map((run) => ({
    title: titleOf(run),
    columns: (['iteration', 'time', ...curves.map(({ column }) => column)] as const).map((column) => measured(run, column).slice()), // prettier-ignore
  }));
  const lengths = parts.map(({ columns }) => columns[0]!.length);
  return {
    head: ['run', 'iteration', 'seconds', ...curves.map(({ label }) => label)],
    rows: lengths.reduce((sum, length) => sum + length, 0),
    row: (index) => {
      let part = 0;
      while (index >= lengths[part]!) index -= lengths[part++]!;
      const { title, columns } = parts[part]!;
      return [title, ...columns.map((values) => values[index]!)];
    },
  };
}

/**
 * The heat map of gradient norms: layers over iterations, on a logarithmic scale of colours.
 */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import type { ColorBar, PlotData } from 'plotly.js';
import type { App } from '../app.ts';
import type { Figure } from '../charts/chart-layout.ts';
import type { ChartSpec, ChartView } from '../charts/chart.ts';
import type { LayerHealth } from '../charts/layer-health.ts';
import { plainText } from '../charts/plain-text.ts';
import { thinNorms, type NormsOverTime } from './layer-norms.ts';

export interface HeatMapInput {
  readonly norms: ReadonlySignal<NormsOverTime>;
  readonly flags: ReadonlySignal<ReadonlyMap<number, LayerHealth>>;
  /** The chosen layer, by name. */
  readonly layer: Signal<string | undefined>;
}

export function heatMap(app: App, { norms, flags, layer }: HeatMapInput): ChartSpec {
  const move = (step: number) => {
    const { layers } = norms.peek();
    const at = layers.indexOf(layer.peek() ?? '') + step;
    layer.value = layers[Math.max(0, Math.min(layers.length - 1, at))];
  };
  return {
    name: 'gradient-norms',
    title: 'Gradient norm by layer',
    figure: (view) => figureOf(norms.value, flags.value, layer.value, view),
    empty: () => (norms.value.iterations.length > 0 ? undefined : emptyWords(app)),
    summary: () => {
      const { layers, iterations } = norms.value;
      const flagged = flags.value.size === 0 ? 'None is flagged' : `${flags.value.size} are flagged`;
      return `${layers.length} layers up to iteration ${iterations.at(-1)}. ${flagged}. Up and down arrows choose a layer.`;
    },
    table: () => {
      const { layers, iterations, norms: rows } = norms.peek();
      return {
        head: ['iteration', ...layers],
        rows: iterations.length,
        row: (i) => [iterations[i]!, ...rows.map((row) => row[i]!)],
      };
    },
    onClick: ({ y }) => (layer.value = norms.peek().layers[Number(y)]),
    onKey: (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      move(step);
    },
  };
}

function emptyWords({ current }: App): string {
  const run = current.value;
  if (!run?.complete.value) return 'Loading…';
  if (!run.started.value?.layers) return 'This run was recorded before gradients were told layer by layer.';
  return run.head.value.live
    ? `Not measured so far: every ${run.started.value.config.layersEvery} steps while this loss is followed.`
    : 'Not measured in this run.';
}

/** Of a row, below which names are left out, in CSS pixels. */
const ROW = 12;

function figureOf(
  all: NormsOverTime,
  flags: ReadonlyMap<number, LayerHealth>,
  chosen: string | undefined,
  { width, height, range, theme }: ChartView,
): Figure {
  const { layers, iterations, norms } = thinNorms(all, width);
  const logs = norms.map((row) => row.map((norm) => (norm > 0 ? Math.log10(norm) : null)));
  const finite = logs.flat().filter((value) => value !== null && Number.isFinite(value)) as number[];
  const [least, greatest] = finite.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const longest = Math.max(8, Math.min(26, Math.floor(width / 24)));
  const every = Math.ceil(layers.length / Math.max(1, (height - 50) / ROW));
  const named = layers.map((_, i) => i).filter((i) => i % every === 0 || flags.has(i) || layers[i] === chosen);
  const label = (i: number) => {
    const name = plainText(layers[i]!, longest);
    const health = flags.get(i);
    const mark = health ? `<span style="color:${theme.color('bad')}">${flagSign(health)}</span> ` : '';
    return mark + (layers[i] === chosen ? `<b>${name}</b>` : name);
  };
  const at = layers.indexOf(chosen ?? '');
  return {
    data: [
      {
        type: 'heatmap',
        x: [...iterations],
        z: logs,
        // what is not a number of its own is drawn as nothing
        customdata: norms as never,
        text: layers.map((name, i) => iterations.map(() => `${plainText(name)}${flagWords(flags.get(i))}`)) as never,
        colorscale: 'Viridis',
        hovertemplate: '%{text}<br>iteration %{x:,d}: norm %{customdata:.3~g}<extra></extra>',
        hoverongaps: false,
        ygap: layers.length * ROW < height ? 1 : 0,
        colorbar: colorBar(least, greatest, theme.muted),
      } as Partial<PlotData>,
    ],
    layout: {
      hovermode: 'closest',
      margin: { l: longest * 6.2 + 26, r: 64, t: 8, b: 36 },
      xaxis: {
        title: { text: 'iteration' },
        exponentformat: 'SI',
        ...(range ? { range: [...range], autorange: false } : { autorange: true }),
        hoverformat: ',d',
      },
      yaxis: {
        autorange: 'reversed',
        tickvals: named,
        ticktext: named.map(label),
        showgrid: false,
        tickfont: { size: 11, color: theme.muted },
        title: { text: '' },
      },
      shapes: at < 0 ? [] : [
        { type: 'rect', xref: 'paper', x0: 0, x1: 1, y0: at - 0.5, y1: at + 0.5, line: { color: theme.text, width: 1.5 } },
      ], // prettier-ignore
    },
  };
}

export const flagSign = ({ flag }: LayerHealth): string => (flag === 'exploding' ? '▲' : '▼');

const flagWords = (health: LayerHealth | undefined): string => (health ? `<br>${flagSign(health)} ${health.flag}: ${health.reason}` : ''); // prettier-ignore

/** Whole powers of ten, and one in between where there would be fewer than two. */
function colorBar(least: number, greatest: number, color: string): Partial<ColorBar> {
  const step = greatest - least > 2 ? Math.ceil((greatest - least) / 6) : 0.5;
  const ticks: number[] = [];
  for (let tick = Math.ceil(least / step) * step; tick <= greatest; tick += step) ticks.push(tick);
  return {
    thickness: 10,
    outlinewidth: 0,
    ticks: '',
    tickvals: ticks,
    ticktext: ticks.map((tick) => (Number.isInteger(tick) ? `10<sup>${tick}</sup>` : (10 ** tick).toPrecision(1))),
    tickfont: { size: 11, color },
    title: { text: 'norm', font: { size: 11, color } },
    x: 1.01,
    xpad: 4,
  };
}

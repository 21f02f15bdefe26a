/**
 * Charts for Plotly: the very panels that are drawn as SVG and PNG, to be zoomed and pointed at.
 */
import type { Layout, LayoutAxis, Legend, PlotData } from 'plotly.js';
import { toHex } from '../colours/diverging.ts';
import type { ColourScale } from '../colours/scale.ts';
import {
  cellsPng,
  dataUri,
  type Arrows,
  type Cells,
  type Contours,
  type Legend as ScaleLegend,
} from '../runs/charts/chart-layers.ts';
import { headOf, type ChartSpec, type Panel, type Series } from '../runs/charts/chart.ts';
import { legendTicks } from '../runs/charts/scale-legend.ts';
import { thin } from '../runs/charts/thin.ts';

/** What `application/vnd.plotly.v1+json` holds. */
export interface PlotlyFigure {
  readonly data: readonly object[];
  readonly layout: object;
}

/** Points of a line that a screen has room for. */
const MOST_POINTS = 400;
/** Pixels below a title; pixels around and between panels. */
const TITLE = 4;
const GAP = { left: 56, right: 24, top: 44, bottom: 44, legend: 62 };

export function plotlyOf(spec: ChartSpec): PlotlyFigure {
  const { title, panels, columns = Math.min(3, panels.length), panelSize: [width, height] = [420, 280] } = spec;
  const [total, rows] = [columns * width, Math.ceil(panels.length / columns)];
  const head = headOf(spec) + TITLE;
  const whole = head + rows * height;
  const parts = panels.map((panel, i) =>
    panelParts(panel, i, {
      x: [((i % columns) * width + leftOf(panel)) / total, (((i % columns) + 1) * width - rightOf(panel)) / total],
      y: [
        1 - (head + (Math.floor(i / columns) + 1) * height - bottomOf(panel)) / whole,
        1 - (head + Math.floor(i / columns) * height + GAP.top) / whole,
      ],
    }),
  );
  const layout: Partial<Layout> = {
    title: {
      text: subscripted(title),
      x: 0.02,
      xanchor: 'left',
      yref: 'container',
      y: 1 - 16 / whole,
      font: { size: 16 },
    },
    width: total,
    height: whole,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    hovermode: 'closest',
    showlegend: true,
    annotations: parts.map(({ heading }) => heading),
    shapes: parts.flatMap(({ shapes }) => shapes),
    images: parts.flatMap(({ images }) => images),
    ...Object.assign({}, ...parts.map(({ axes }) => axes)),
  };
  return { data: parts.flatMap(({ data }) => data), layout };
}

const leftOf = ({ rows, axes = true }: Panel): number =>
  Math.max(axes ? GAP.left : 12, 6 * Math.max(0, ...(rows ?? []).map((name) => name.length)) + 12);
const rightOf = ({ ground }: Panel): number => GAP.right + (ground?.kind === 'cells' && ground.legend ? GAP.legend : 0);
const bottomOf = ({ axes = true }: Panel): number => (axes ? GAP.bottom : 8);

interface Domain {
  readonly x: [number, number];
  readonly y: [number, number];
}

function panelParts(panel: Panel, index: number, domain: Domain) {
  const { title, series, xLabel, yScale, xRange, yRange, bands = [], ground, contours = [], arrows, rows } = panel;
  const number = index === 0 ? '' : String(index + 1);
  const on = { xaxis: `x${number}`, yaxis: `y${number}` };
  const named = new Set(series.flatMap(({ name, faint }) => (faint ? [] : [name])));
  const common: Partial<LayoutAxis> = {
    visible: panel.axes ?? true,
    zeroline: false,
    exponentformat: 'power',
    automargin: false,
    tickfont: { size: 11 },
  };
  const xaxis: Partial<LayoutAxis> = {
    ...common,
    domain: domain.x,
    anchor: on.yaxis as LayoutAxis['anchor'],
    title: { text: xLabel ?? '', font: { size: 11 }, standoff: 4 },
    ...(xRange ? { range: [...xRange] } : {}),
    showgrid: false,
  };
  const yaxis: Partial<LayoutAxis> = {
    ...common,
    domain: domain.y,
    anchor: on.xaxis as LayoutAxis['anchor'],
    ...(yScale === 'log' ? { type: 'log', dtick: 'D2' } : { type: 'linear' }),
    ...(yRange ? { range: yScale === 'log' ? yRange.map(Math.log10) : [...yRange] } : {}),
    ...(rows ? rowAxis(rows) : {}),
  };
  const legend: Partial<Legend> = {
    orientation: 'h',
    x: domain.x[1],
    xanchor: 'right',
    y: domain.y[1],
    yanchor: 'bottom',
    font: { size: 11 },
  };
  const data: Partial<PlotData>[] = [
    ...(ground?.kind === 'cells' && ground.legend ? [heatmap(ground, ground.legend, on, domain)] : []),
    ...contours.map((lines) => contourTrace(lines, on)),
    ...series.map((one, i) => {
      const isFirst = series.findIndex(({ name, faint }) => name === one.name && !faint) === i;
      return trace(one, { ...on, legend: `legend${number}` }, named.size > 1 && isFirst);
    }),
    ...(arrows ? [arrowTrace(arrows, on)] : []),
  ];
  return {
    data,
    axes: { [`xaxis${number}`]: xaxis, [`yaxis${number}`]: yaxis, [`legend${number}`]: legend },
    heading: {
      text: `<b>${subscripted(title)}</b>`,
      x: domain.x[0],
      y: domain.y[1],
      xref: 'paper',
      yref: 'paper',
      xanchor: 'left',
      yanchor: 'bottom',
      // above a legend, where there is one
      yshift: named.size > 1 ? 20 : 4,
      showarrow: false,
      font: { size: 13 },
    } as const,
    shapes: bands.length < 2 ? [] : bands.filter((_, i) => i % 2 === 0).map(({ from, to }) => ({
      type: 'rect', layer: 'below', xref: on.xaxis, yref: `${on.yaxis} domain`, x0: from, x1: to, y0: 0, y1: 1,
      line: { width: 0 }, fillcolor: '#808080', opacity: 0.1,
    }) as const), // prettier-ignore
    images: ground === undefined || (ground.kind === 'cells' && ground.legend) ? [] : [{
      source: dataUri(ground.kind === 'cells' ? cellsPng(ground) : ground.png), xref: on.xaxis, yref: on.yaxis,
      x: ground.x[0], y: ground.y[1], sizex: ground.x[1] - ground.x[0], sizey: Math.abs(ground.y[1] - ground.y[0]),
      sizing: 'stretch', layer: 'below',
    } as const], // prettier-ignore
  };
}

type On = { readonly xaxis: string; readonly yaxis: string; readonly legend?: string };

function trace(
  { name, color, points, kind = 'line', faint = false }: Series,
  on: On,
  isNamed: boolean,
): Partial<PlotData> {
  const [x, y] = [points.map(([x]) => x), points.map(([, y]) => y)];
  // points lie in any order; a line's are thinned to what can be seen
  const kept = kind === 'line' ? thin(x, y, MOST_POINTS) : x.map((_, i) => i);
  const shared = { ...on, name: subscripted(name), x: kept.map((i) => rounded(x[i]!)), y: kept.map((i) => rounded(y[i]!)), showlegend: isNamed && !faint, ...(faint ? { hoverinfo: 'skip' as const } : {}) }; // prettier-ignore
  if (kind === 'bars') return { type: 'bar', ...shared, marker: { color, opacity: 0.55 } } as Partial<PlotData>;
  return kind === 'line'
    ? { type: 'scatter', mode: 'lines', ...shared, line: { color, width: faint ? 1 : 2 }, opacity: faint ? 0.3 : 1 }
    : { type: 'scatter', mode: 'markers', ...shared, marker: { color, size: 3.5, opacity: 0.55 } };
}

function heatmap(cells: Cells, legend: ScaleLegend, on: On, domain: Domain): Partial<PlotData> {
  const { values, columns, x, y, colours, range } = cells;
  const rows = values.length / columns;
  const [dx, dy] = [(x[1] - x[0]) / columns, (y[0] - y[1]) / rows];
  const ticks = legendTicks(cells, legend);
  return {
    type: 'heatmap',
    ...on,
    z: Array.from({ length: rows }, (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns), (value) => rounded(value)),
    ),
    x0: x[0] + dx / 2,
    dx,
    y0: y[1] + dy / 2,
    dy,
    zmin: range[0],
    zmax: range[1],
    colorscale: plotlyScale(colours),
    colorbar: {
      title: { text: legend.title, font: { size: 11 } },
      thickness: 10,
      outlinewidth: 0,
      x: domain.x[1],
      y: (domain.y[0] + domain.y[1]) / 2,
      len: domain.y[1] - domain.y[0],
      tickvals: ticks.map(({ value }) => value),
      ticktext: ticks.map(({ text }) => text),
      tickfont: { size: 11 },
    },
    hoverongaps: false,
  } as Partial<PlotData>;
}

const plotlyScale = (colours: ColourScale): [number, string][] =>
  colours.map((colour, i) => [i / (colours.length - 1), toHex(colour)]);

const contourTrace = ({ color, pieces }: Contours, on: On): Partial<PlotData> => lineTrace(pieces, color, on);

/** Shafts, and two strokes of a head at the end of each. */
function arrowTrace({ color, from, by }: Arrows, on: On): Partial<PlotData> {
  const pieces: number[] = [];
  for (let i = 0; i < from.length; i += 2) {
    const [dx, dy] = [by[i]!, by[i + 1]!];
    const [x1, y1] = [from[i]! + dx, from[i + 1]! + dy];
    pieces.push(from[i]!, from[i + 1]!, x1, y1);
    for (const side of [1, -1]) pieces.push(x1, y1, x1 - 0.3 * dx - 0.15 * side * dy, y1 - 0.3 * dy + 0.15 * side * dx);
  }
  return lineTrace(pieces, color, on);
}

/** Pieces [x0, y0, x1, y1, …] as one line with gaps. */
function lineTrace(pieces: readonly number[], color: string, on: On): Partial<PlotData> {
  const ends = (first: 0 | 1) =>
    Array.from({ length: (pieces.length / 4) * 3 }, (_, i) =>
      i % 3 === 2 ? null : rounded(pieces[Math.floor(i / 3) * 4 + 2 * (i % 3) + first]!),
    );
  const line = { color, width: 1.2 };
  return { type: 'scatter', mode: 'lines', ...on, x: ends(0), y: ends(1), line, hoverinfo: 'skip', showlegend: false };
}

const rowAxis = (rows: readonly string[]): Partial<LayoutAxis> => ({
  range: [rows.length - 0.5, -0.5],
  tickvals: rows.map((_, i) => i),
  ticktext: [...rows],
  showgrid: false,
});

/** Five significant digits; null for what JSON has no number for. */
const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(5)) : null);

/** `L_DM` with its index set low. */
const subscripted = (text: string): string => text.replaceAll(/_(\w+)/g, '<sub>$1</sub>');

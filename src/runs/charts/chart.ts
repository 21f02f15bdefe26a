/**
 * Charts without a browser: small multiples of lines, points and what lies under them, as SVG by ECharts and as PNG by
 * resvg.
 */
import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  TitleComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { arrowSeries, contourSeries, groundSeries, type Arrows, type Contours, type Ground } from './chart-layers.ts';
import { scaleLegend } from './scale-legend.ts';
import { shortNumber } from './short-number.ts';

echarts.use([BarChart, CustomChart, LineChart, ScatterChart, SVGRenderer]);
echarts.use([GraphicComponent, GridComponent, LegendComponent, MarkAreaComponent, TitleComponent]);

export interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** `points`: not joined; `bars`: from 0, x the middle of each. Default `line`. */
  readonly kind?: 'line' | 'points' | 'bars';
  /** Drawn faintly and left out of the legend: what lies behind a main line. */
  readonly faint?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  readonly xLabel?: string;
  /** Default `linear`. A logarithmic axis leaves out what is not above 0. */
  readonly yScale?: 'linear' | 'log';
  /** Default: what the points cover. */
  readonly xRange?: readonly [low: number, high: number];
  /** Default: what the points cover, in round numbers. */
  readonly yRange?: readonly [low: number, high: number];
  /** Stretches of x to be told apart, named at the top. */
  readonly bands?: readonly Band[];
  /** Below all else. */
  readonly ground?: Ground;
  readonly contours?: readonly Contours[];
  /** Above all else. */
  readonly arrows?: Arrows;
  /** What stands at y = 0, 1, …, which then runs from the top. */
  readonly rows?: readonly string[];
  /** Whether the axes have numbers. Default: yes. */
  readonly axes?: boolean;
}

export interface Band {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface ChartSpec {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Panels side by side. Default: 3, or as many as there are. */
  readonly columns?: number;
  /** Pixels of one panel. Default 420 × 280. */
  readonly panelSize?: readonly [width: number, height: number];
}

/** Room for the chart's title; without one, or without any panel's name, less is left. */
export const headOf = ({ title, panels }: Pick<ChartSpec, 'title' | 'panels'>): number =>
  title ? (panels.every(isBare) ? 24 : 48) : panels.every(isBare) ? -16 : 4;
const isBare = ({ title, series, bands = [] }: Panel): boolean => !title && series.length < 2 && bands.length < 2;

const MARGIN = { left: 62, right: 24, top: 50, bottom: 48 };
/** Pixels for a letter of a row's name, and for a legend of colours. */
const [LETTER, SCALE] = [5.8, 58];
const [INK, GREY, RULE] = ['#333333', '#6b6b6b', '#e6e6e6'];
const BANDS = ['rgba(40, 60, 90, 0.06)', 'transparent'];
/** A narrower band, in shares of the axis, has no room for its name. */
const NAMED_BAND = 0.12;
const FONT = 'Inter';
/** Where an SVG is looked at, there may be no Inter. */
const FONTS = `${FONT}, sans-serif`;

/** `spec` drawn; the PNG has twice the pixels of the SVG, on white. */
export async function drawChart(spec: ChartSpec): Promise<{ svg: string; png: Buffer }> {
  const svg = chartSvg(spec);
  return { svg, png: await rasterise(svg, 2) };
}

/** `spec` as an SVG, on white: ten times as quick as the PNG. */
export function chartSvg(spec: ChartSpec): string {
  const { title, panels, columns = Math.min(3, panels.length), panelSize: [width, height] = [420, 280] } = spec;
  const head = headOf(spec);
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: columns * width,
    height: head + Math.ceil(panels.length / columns) * height,
  });
  const parts = panels.map((panel, index) =>
    panelParts(panel, index, columns * width, {
      left: (index % columns) * width,
      top: head + Math.floor(index / columns) * height,
      width,
      height,
    }),
  );
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONTS, color: INK },
    title: [{ text: title, left: 16, top: 14, textStyle: text(17, INK, 600) }, ...parts.map((part) => part.title)],
    legend: parts.map((part) => part.legend),
    graphic: parts.flatMap((part) => part.scale),
    grid: parts.map((part) => part.grid),
    xAxis: parts.map((part) => part.xAxis),
    yAxis: parts.map((part) => part.yAxis),
    series: parts.flatMap((part) => part.series),
  });
  // pictures fill the place that they are given
  const svg = chart.renderToSVGString().replaceAll('<image ', '<image preserveAspectRatio="none" ');
  chart.dispose();
  return svg;
}

const text = (fontSize: number, color: string, fontWeight = 400) => ({
  fontFamily: FONTS,
  fontSize,
  color,
  fontWeight,
});

/** ECharts' components for one panel within `box`. */
function panelParts(
  panel: Panel,
  index: number,
  total: number,
  box: { left: number; top: number; width: number; height: number },
) {
  const { left, top, width, height } = box;
  const { title, series, xLabel, yScale = 'linear', xRange, yRange, bands = [], ground, contours = [], rows } = panel;
  const { arrows, axes: hasAxes = true } = panel;
  const drawable = (points: Series['points']) =>
    points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y) && (yScale === 'linear' || y > 0));
  const legend = ground?.kind === 'cells' ? ground.legend : undefined;
  const longest = rows?.reduce((most, name) => Math.max(most, name.length), 0) ?? 0;
  const margin = {
    ...MARGIN,
    left: Math.max(hasAxes ? MARGIN.left : 16, longest * LETTER + 16),
    right: MARGIN.right + (legend ? SCALE : 0),
    bottom: hasAxes ? MARGIN.bottom : 8,
  };
  const plot = {
    left: left + margin.left,
    top: top + margin.top,
    width: width - margin.left - margin.right,
    height: height - margin.top - margin.bottom,
  };
  const place = { xAxisIndex: index, yAxisIndex: index };
  // what a ground covers seldom ends at a round number
  const ends = ground ? { showMinLabel: false, showMaxLabel: false } : {};
  const axis = {
    gridIndex: index,
    show: hasAxes,
    axisLine: { onZero: false, lineStyle: { color: GREY } },
    axisTick: { show: false },
    // over the ground, below all else
    z: 2,
    splitLine: { lineStyle: { color: RULE } },
  };
  const kinds = series.map(({ kind }) => kind);
  const named = new Set(series.flatMap(({ name, faint }) => (faint ? [] : [name])));
  return {
    title: { text: title, left: left + 16, top: top + 6, textStyle: text(13, INK, 600) },
    legend: {
      show: named.size > 1,
      data: [...named],
      right: total - left - width + margin.right - 5,
      top: top + 7,
      icon: 'roundRect',
      itemWidth: 14,
      itemHeight: 4,
      textStyle: text(11, GREY),
    },
    scale: legend && ground?.kind === 'cells' ? scaleLegend(ground, legend, plot) : [],
    grid: plot,
    xAxis: {
      ...axis,
      type: 'value',
      min: xRange?.[0] ?? 'dataMin',
      max: xRange?.[1] ?? 'dataMax',
      name: xLabel,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: text(11, GREY),
      axisLabel: { ...text(11, GREY), ...ends },
      splitLine: { show: kinds.includes('points'), lineStyle: { color: RULE } },
    },
    yAxis: {
      ...axis,
      type: yScale === 'log' ? 'log' : 'value',
      scale: !kinds.includes('bars'),
      ...(rows
        ? { min: -0.5, max: rows.length - 0.5, inverse: true, splitLine: { show: false } }
        : { min: yRange?.[0], max: yRange?.[1] }),
      axisLabel: { ...text(11, GREY), ...(rows ? rowLabels(rows, plot.height) : { formatter: shortNumber, ...ends }) },
    },
    series: [
      ...(ground ? [groundSeries(ground, place)] : []),
      ...contours.map((lines) => contourSeries(lines, place)),
      ...series.map(({ name, color, points, kind = 'line', faint = false }, i) => ({
        name,
        type: seriesTypes[kind],
        ...place,
        z: 3,
        data: drawable(points),
        color,
        silent: true,
        barWidth: barWidth(points, plot.width),
        showSymbol: kind === 'line' && points.length < 12,
        symbolSize: kind === 'line' ? 5 : 3.5,
        sampling: 'lttb' as const,
        lineStyle: { color, width: faint ? 1 : 2, opacity: faint ? 0.3 : 1 },
        itemStyle: { color, opacity: kind === 'line' ? 1 : 0.55 },
        markArea: i === 0 && bands.length > 1 ? markArea(bands) : undefined,
      })),
      ...(arrows ? [arrowSeries(arrows, place)] : []),
    ],
  };
}

const seriesTypes = { line: 'line', points: 'scatter', bars: 'bar' } as const;

/** Bars that nearly touch. */
const barWidth = (points: Series['points'], pixels: number): number => Math.max(1, (pixels / points.length) * 0.9);

/** As many names as have room. */
function rowLabels(rows: readonly string[], pixels: number) {
  const every = Math.ceil((rows.length * 13) / pixels);
  const customValues = rows.map((_, i) => i).filter((i) => i % every === 0);
  return { customValues, formatter: (value: number) => rows[value] ?? '' };
}

function markArea(bands: readonly Band[]) {
  const span = bands.at(-1)!.to - bands[0]!.from;
  const data = bands.map(({ name, from, to }, i) => [
    {
      name: to - from < NAMED_BAND * span ? '' : name,
      xAxis: from,
      itemStyle: { color: BANDS[i % BANDS.length] },
      label: { position: 'top', distance: 3, ...text(10, GREY) },
    },
    { xAxis: to },
  ]);
  return { silent: true, data };
}

/** `svg` as a PNG, enlarged `zoom` times. The font, Inter, comes with the package: the machine may have none. */
export async function rasterise(svg: string, zoom: number): Promise<Buffer> {
  const { resolve } = createRequire(import.meta.url);
  const fontFiles = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map((file) =>
    resolve(`@expo-google-fonts/inter/${file}`),
  );
  const image = await renderAsync(svg, {
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT, sansSerifFamily: FONT },
    fitTo: { mode: 'zoom', value: zoom },
  });
  return image.asPng();
}

/**
 * Keeping a chart: as a picture, or as its numbers.
 */
import type { Data } from 'plotly.js';
import Plotly from 'plotly.js-cartesian-dist-min';
import type { App } from '../app.ts';
import { fileName, saveFile } from '../save.ts';
import type { Chart } from './chart.ts';
import { exportedLayout } from './chart-layout.ts';
import { csvOf } from './table.ts';
import { chartTheme } from './theme.ts';

/** CSS pixels; a PNG has twice as many. */
const SIZE = { width: 900, height: 540 };

/** The chart as it is, zoomed as it is, on the page's background. */
export async function savePicture(app: App, chart: Chart, format: 'png' | 'svg'): Promise<void> {
  const { spec } = chart;
  const theme = chartTheme.peek();
  const { data, layout } = spec.figure({ ...SIZE, theme, range: chart.range.peek() });
  const named = data.filter((trace) => 'name' in trace && trace.name !== undefined);
  const figure = {
    data: data as Data[],
    layout: exportedLayout({ ...layout, ...SIZE }, theme, spec.title, named.length > 1),
  };
  const url = await Plotly.toImage(figure, { format, ...SIZE, scale: format === 'png' ? 2 : 1 });
  const mime = format === 'png' ? 'image/png' : 'image/svg+xml';
  await saveFile(app, `${nameOf(app, chart)}.${format}`, mime, bytesOf(url));
}

export async function saveCsv(app: App, chart: Chart): Promise<void> {
  const bytes = new TextEncoder().encode(csvOf(chart.spec.table()));
  await saveFile(app, `${nameOf(app, chart)}.csv`, 'text/csv', bytes);
}

function nameOf(app: App, chart: Chart): string {
  const path = app.current.peek()?.head.peek().path ?? '';
  return fileName(path.split(/[\\/]/).at(-1)!, chart.spec.name);
}

/** What a data URL holds, in base64 or percent-encoded. */
function bytesOf(url: string): Uint8Array<ArrayBuffer> {
  const comma = url.indexOf(',');
  const content = url.slice(comma + 1);
  if (!url.slice(0, comma).endsWith(';base64')) return new TextEncoder().encode(decodeURIComponent(content));
  return Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
}

/**
 * A figure that shows itself where a cell ends in it: for screens that draw Plotly, as a PNG for all others (GitHub,
 * nbconvert), and as a line of text.
 */
import { inspect } from 'node:util';
import { chartSvg, drawChart, rasterise, type ChartSpec } from '../runs/charts/chart.ts';
import type { MimeBundle } from './kernel-host.ts';
import { plotlyOf } from './plotly.ts';

/** What a figure shows. */
export interface Content {
  /** For those who see nothing else. */
  readonly text: string;
  readonly chart?: ChartSpec;
  /** HTML that needs neither scripts nor styles from elsewhere. */
  readonly html?: string;
  /** A picture by itself. */
  readonly svg?: string;
  readonly markdown?: string;
}

/** What a notebook host may show of a value, by media type; the convention of Deno's kernel. */
export const displaySymbol = Symbol.for('Jupyter.display');

export class Figure {
  private readonly content: Promise<Content>;

  /** `make` is called at once, so that the tensors it reads may be disposed afterwards; its error comes where it is shown. */
  constructor(make: () => Content | Promise<Content>) {
    this.content = (async () => make())();
    this.content.catch(() => undefined);
  }

  /** All forms of the figure. `quick` leaves out the PNG, the slowest of them, for an SVG. */
  async bundle({ quick = false } = {}): Promise<MimeBundle> {
    const { text, chart, html, svg, markdown } = await this.content;
    const data: Record<string, unknown> = { 'text/plain': text };
    if (html !== undefined) data['text/html'] = html;
    if (markdown !== undefined) data['text/markdown'] = markdown;
    if (chart) data['application/vnd.plotly.v1+json'] = plotlyOf(chart);
    if (!chart && svg === undefined) return { data };
    if (quick) return { data: { ...data, 'image/svg+xml': svg ?? chartSvg(chart!) } };
    const png = svg === undefined ? (await drawChart(chart!)).png : await rasterise(svg, 2);
    data['image/png'] = png.toString('base64');
    return { data, metadata: { 'image/png': sizeOf(png) } };
  }

  async [displaySymbol](): Promise<MimeBundle['data']> {
    return (await this.bundle()).data;
  }

  [inspect.custom](): string {
    return 'Figure { `await show(figure)` shows it }';
  }
}

/** The size to show a PNG of twice the pixels at; it stands in the first chunk. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16) / 2, height: png.readUInt32BE(20) / 2 });

/** A figure that is a chart; one without panels is its title alone. */
export const chartFigure = (make: () => ChartSpec | Promise<ChartSpec>): Figure =>
  new Figure(async () => {
    const chart = await make();
    const { title, panels } = chart;
    if (panels.length === 0) return { text: title };
    return { chart, text: `[${[title, ...panels.map(({ title }) => title)].filter(Boolean).join(': ') || 'figure'}]` };
  });

/** Text in Markdown, with formulas between `$`: `markdown(`**${modes}** modes`)`. */
export const markdown = (text: string): Figure => new Figure(() => ({ text, markdown: text }));

/**
 * A chart: Plotly in the page's clothes, drawn when there is something new and somebody sees it, with a menu, a table of
 * its numbers, and words for those who do not see it.
 */
import { effect, signal, type Signal } from '@preact/signals-core';
import type { PlotDatum, PlotlyHTMLElement, PlotRelayoutEvent } from 'plotly.js';
import Plotly from 'plotly.js-cartesian-dist-min';
import type { App } from '../app.ts';
import { h } from '../dom.ts';
import { themedLayout, type Figure } from './chart-layout.ts';
import { chartMenu } from './chart-menu.ts';
import { drawSoon } from './draw-queue.ts';
import { saveCsv, savePicture } from './save-chart.ts';
import { withSubscripts } from './subscripts.ts';
import { openTable } from './table-view.ts';
import { chartTheme, type ChartTheme } from './theme.ts';
import type { Table } from './table.ts';

export type Range = readonly [number, number];

export interface ChartView {
  /** Of the whole chart, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: ChartTheme;
  /** What the reader has zoomed to; undefined: everything. */
  readonly range: Range | undefined;
}

export interface ChartSpec {
  /** What its files are called. */
  readonly name: string;
  readonly title: string;
  /** A few words on what it shows. */
  readonly hint?: string;
  /** Settings of this chart alone, shown in its menu. */
  readonly controls?: readonly HTMLElement[];
  /** Shared by charts that are zoomed together. Reads signals. */
  range?(): Signal<Range | undefined>;
  /** Reads signals as it likes: the chart is drawn again when they change. Thins what it draws to the width. */
  figure(view: ChartView): Figure;
  /** Why there is nothing to draw; undefined when there is. */
  empty?(): string | undefined;
  /** What the chart shows, in a sentence. */
  summary(): string;
  table(): Table;
  onClick?(point: PlotDatum): void;
  onKey?(event: KeyboardEvent): void;
}

/** Milliseconds from one drawing of a chart to the next while its run goes on, and so many times what one takes, to a limit. */
const [PAUSE, SHARE, LONGEST] = [120, 20, 1000];

export class Chart {
  readonly element: HTMLElement;
  private readonly ownRange: Signal<Range | undefined> = signal(undefined);
  private readonly plot = h('div', { class: 'chart-plot' }) as unknown as PlotlyHTMLElement & HTMLDivElement;
  private readonly mark = h('div', { class: 'chart-mark', hidden: true, attrs: { 'aria-hidden': 'true' } });
  private readonly nothing = h('p', { class: 'chart-nothing', hidden: true });
  private readonly stage: HTMLElement;
  private readonly size = signal({ width: 0, height: 0 });
  private readonly visible = signal(false);
  /** When it may be drawn again. */
  private nextAt = 0;
  private held = false;
  private stale = false;
  private stop: (() => void) | undefined;
  private planned = false;
  private marked: number | undefined;

  constructor(
    private readonly app: App,
    readonly spec: ChartSpec,
  ) {
    this.stage = h(
      'div',
      { class: 'chart-stage', attrs: { role: 'img', 'aria-label': spec.title } },
      this.plot,
      this.mark,
      this.nothing,
    );
    if (spec.onKey) {
      this.stage.tabIndex = 0;
      this.stage.addEventListener('keydown', (event) => spec.onKey!(event));
    }
    const menu = chartMenu(spec.title, spec.controls ?? [], [
      { label: 'Reset zoom', act: () => (this.range.value = undefined) },
      { label: 'Table', act: () => openTable(spec.title, spec.table()) },
      { label: 'Save as PNG', act: () => this.save('png') },
      { label: 'Save as SVG', act: () => this.save('svg') },
      { label: 'Save as CSV', act: () => void saveCsv(app, this).catch((error: unknown) => app.report(error)) },
    ]);
    this.element = h(
      'section',
      { class: 'chart', attrs: { 'aria-label': spec.title } },
      h('header', { class: 'chart-head' }, heading(spec), menu),
      this.stage,
    );
    this.watch();
  }

  /** Marks a place on the x axis; undefined: none. */
  markAt(x: number | undefined): void {
    this.marked = x;
    const { xaxis, yaxis } = placedAxes(this.plot);
    const at = x === undefined || !xaxis ? NaN : xaxis.d2p(x);
    const inside = xaxis !== undefined && at >= -1 && at <= xaxis._length + 1;
    this.mark.hidden = !inside || this.plot.hidden;
    if (!inside || !yaxis) return;
    this.mark.style.height = `${yaxis._length}px`;
    this.mark.style.transform = `translate(${Math.round(xaxis._offset + at)}px, ${yaxis._offset}px)`;
  }

  /** Whether somebody can see it now. */
  get isVisible(): Signal<boolean> {
    return this.visible;
  }

  /** What the reader has zoomed to. Reads signals. */
  get range(): Signal<Range | undefined> {
    return this.spec.range?.() ?? this.ownRange;
  }

  private watch(): void {
    new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      if (width > 0) this.size.value = { width: Math.round(width), height: Math.round(height) };
    }).observe(this.stage);
    // several changes may come at once, oldest first
    new IntersectionObserver((entries) => (this.visible.value = entries.at(-1)!.isIntersecting), {
      rootMargin: '200px',
    }).observe(this.element);
    // drawing under a drag would end it
    this.plot.addEventListener('pointerdown', () => (this.held = true));
    for (const end of ['pointerup', 'pointercancel'])
      addEventListener(end, () => {
        this.held = false;
        if (this.stale) this.drawLater();
      });
    effect(() => {
      void this.size.value;
      if (this.visible.value) this.drawLater();
    });
  }

  private readonly draw = (): void => {
    this.planned = false;
    this.stale = true;
    if (this.held || !this.visible.peek() || this.size.peek().width === 0) return;
    this.stale = false;
    const began = performance.now();
    this.stop?.();
    let first = true;
    // what `figure` reads is followed until the next drawing
    this.stop = effect(() => {
      if (first) this.drawNow();
      else this.drawLater();
      first = false;
    });
    const ended = performance.now();
    this.nextAt = ended + Math.min(LONGEST, Math.max(PAUSE, SHARE * (ended - began)));
  };

  private readonly drawLater = (): void => {
    if (this.planned) return;
    this.planned = true;
    setTimeout(() => drawSoon(this.draw), Math.max(0, this.nextAt - performance.now()));
  };

  private drawNow(): void {
    const { spec } = this;
    const empty = spec.empty?.();
    this.nothing.hidden = empty === undefined;
    this.nothing.textContent = empty ?? '';
    this.plot.hidden = empty !== undefined;
    this.stage.setAttribute('aria-label', `${spec.title}. ${empty ?? spec.summary()}`);
    if (empty !== undefined) return this.markAt(undefined);
    const view = { ...this.size.value, theme: chartTheme.value, range: this.range.value };
    const { data, layout } = spec.figure(view);
    const shown = { ...themedLayout(layout, view.theme), width: view.width, height: view.height };
    const isNew = !('on' in this.plot);
    void Plotly.react(this.plot, [...data] as Plotly.Data[], shown, {
      displayModeBar: false,
      responsive: false,
      showTips: false,
    });
    if (isNew) this.listen();
    this.markAt(this.marked);
  }

  private listen(): void {
    this.plot.on('plotly_relayout', (event: PlotRelayoutEvent) => {
      const from = event['xaxis.range[0]'];
      const to = event['xaxis.range[1]'];
      if (typeof from === 'number' && typeof to === 'number') this.range.value = [from, to];
      else if (event['xaxis.autorange']) this.range.value = undefined;
    });
    this.plot.on('plotly_click', ({ points }) => {
      if (points[0]) this.spec.onClick?.(points[0]);
    });
  }

  private save(format: 'png' | 'svg'): void {
    void savePicture(this.app, this, format).catch((error: unknown) => this.app.report(error));
  }
}

const heading = ({ title, hint }: ChartSpec): HTMLElement =>
  h(
    'h3',
    {},
    h('span', { class: 'chart-title' }, ...withSubscripts(title)),
    hint !== undefined && h('small', { class: 'soft' }, hint),
  );

/** What Plotly keeps of an axis: where it is in the chart, and from a value to pixels. */
interface PlacedAxis {
  readonly _offset: number;
  readonly _length: number;
  d2p(value: number): number;
}

const placedAxes = (plot: HTMLElement): { readonly xaxis?: PlacedAxis; readonly yaxis?: PlacedAxis } =>
  (plot as { _fullLayout?: { xaxis: PlacedAxis; yaxis: PlacedAxis } })._fullLayout ?? {};

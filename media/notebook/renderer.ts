/**
 * Plotly's figures in VS Code's notebooks: drawn by the dashboard's Plotly, in the colours of the window, and again in
 * place when the kernel sends another state of them.
 */
import Plotly from 'plotly.js-cartesian-dist-min';
import type { ActivationFunction, OutputItem } from 'vscode-notebook-renderer';
import { dressed, nameOf, type PlotlyFigure } from './dress.ts';
import { windowColours } from './window-colours.ts';

interface Shown {
  readonly plot: HTMLElement;
  figure: PlotlyFigure;
  readonly size: ResizeObserver;
}

export const activate: ActivationFunction = () => {
  const shown = new Map<string, Shown>();
  const recolour = new MutationObserver(() => shown.forEach((one) => void draw(one)));
  recolour.observe(document.body, { attributeFilter: ['class'] });
  recolour.observe(document.documentElement, { attributeFilter: ['style'] });

  return {
    async renderOutputItem(item, element) {
      const figure = figureOf(item);
      const before = shown.get(item.id);
      const isThere = before?.plot.parentElement === element;
      if (before && !isThere) remove(before);
      const one = isThere ? before : place(element);
      shown.set(item.id, one);
      one.figure = figure;
      await draw(one);
    },
    disposeOutputItem(id) {
      const gone = id === undefined ? [...shown] : [...shown].filter(([key]) => key === id);
      for (const [key, one] of gone) {
        remove(one);
        shown.delete(key);
      }
    },
  };
};

function place(element: HTMLElement): Shown {
  const plot = document.createElement('div');
  plot.setAttribute('role', 'img');
  element.replaceChildren(plot);
  let width = element.clientWidth;
  const size = new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    void draw(one);
  });
  const one: Shown = { plot, size, figure: { data: [], layout: {} } };
  size.observe(element);
  return one;
}

async function draw({ plot, figure }: Shown): Promise<void> {
  const width = plot.parentElement?.clientWidth ?? 0;
  if (width === 0) return;
  const { data, layout } = dressed(figure, windowColours(), width);
  plot.setAttribute('aria-label', nameOf(figure));
  await Plotly.react(plot, data, layout, {
    displaylogo: false,
    modeBarButtonsToRemove: ['toImage', 'select2d', 'lasso2d'],
  });
}

function remove({ plot, size }: Shown): void {
  size.disconnect();
  Plotly.purge(plot);
  plot.remove();
}

/** Where this is no figure, VS Code shows the next form that the output has, its picture. */
function figureOf(item: OutputItem): PlotlyFigure {
  try {
    const { data, layout } = item.json() as { data?: unknown; layout?: unknown };
    if (Array.isArray(data)) return { data, layout: typeof layout === 'object' && layout !== null ? layout : {} };
  } catch {
    // told below
  }
  const error = new Error('This is no figure of Plotly.');
  error.name = 'vscode.fallbackToNextRenderer';
  throw error;
}

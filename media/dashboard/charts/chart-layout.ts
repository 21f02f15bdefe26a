/**
 * How every chart looks: the page's colours and font, thin axes, no ornament.
 */
import type { Layout, LayoutAxis, PlotData } from 'plotly.js';
import type { ChartTheme } from './theme.ts';

export interface Figure {
  readonly data: readonly Partial<PlotData>[];
  readonly layout: Partial<Layout>;
}

/** A chart's own layout on top of what all charts share. */
export function themedLayout(own: Partial<Layout>, theme: ChartTheme): Partial<Layout> {
  const axis: Partial<LayoutAxis> = {
    gridcolor: theme.grid,
    linecolor: theme.grid,
    zeroline: false,
    tickfont: { color: theme.muted, size: 11 },
    title: { font: { color: theme.muted, size: 11 }, standoff: 6 },
    exponentformat: 'power',
    minexponent: 4,
    nticks: 6,
    automargin: false,
  };
  const spike: Partial<LayoutAxis> = { spikecolor: theme.muted, spikethickness: 1, spikedash: 'solid' };
  return {
    paper_bgcolor: theme.background,
    plot_bgcolor: 'rgba(0, 0, 0, 0)',
    font: { family: theme.font, color: theme.text, size: 12 },
    margin: { l: 52, r: 10, t: 8, b: 34 },
    showlegend: false,
    hovermode: 'x unified',
    hoverdistance: 30,
    dragmode: 'zoom',
    hoverlabel: {
      bgcolor: theme.background,
      bordercolor: theme.grid,
      font: { family: theme.font, color: theme.text, size: 12 },
      namelength: 40,
    },
    ...own,
    xaxis: { ...axis, showgrid: false, showline: true, ...spike, ...titled(axis, own.xaxis) },
    yaxis: { ...axis, fixedrange: true, ...titled(axis, own.yaxis) },
  };
}

/** A title keeps the font of all titles. */
const titled = (axis: Partial<LayoutAxis>, own: Partial<LayoutAxis> = {}): Partial<LayoutAxis> => ({
  ...own,
  title: { ...axis.title, ...own.title },
});

/** The same as a picture for elsewhere: with its title, a legend where there are several names, and a background. */
export function exportedLayout(
  own: Partial<Layout>,
  theme: ChartTheme,
  title: string,
  legend: boolean,
): Partial<Layout> {
  const layout = themedLayout(own, theme);
  return {
    ...layout,
    title: { text: title.replaceAll(/_(\w+)/g, '<sub>$1</sub>'), x: 0.02, xanchor: 'left', font: { size: 16 } },
    showlegend: legend,
    legend: { orientation: 'h', y: -0.2 },
    margin: { ...layout.margin, l: (layout.margin?.l ?? 0) + 16, t: 52, b: legend ? 90 : 52 },
  };
}

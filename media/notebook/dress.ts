/**
 * A figure in the window's colours: what it says itself stays, and what it leaves open follows the theme.
 */
import type { Data, Layout, Template } from 'plotly.js';
import type { WindowColours } from './window-colours.ts';

/** The content of `application/vnd.plotly.v1+json`. */
export interface PlotlyFigure {
  readonly data: readonly Data[];
  readonly layout: Partial<Layout>;
}

/** Height in pixels of a figure that says none. */
const HEIGHT = 360;

/** What to draw in an output that is `width` pixels wide; a figure that is wider is made narrower. */
export function dressed(
  { data, layout }: PlotlyFigure,
  colours: WindowColours,
  width: number,
): { data: Data[]; layout: Partial<Layout> } {
  const { template } = layout;
  return {
    // Plotly writes into what it is given, and the kernel's figure is to be drawn again when the theme changes
    data: structuredClone([...data]),
    layout: {
      ...structuredClone(layout),
      template: inColours(typeof template === 'object' ? template : {}, colours),
      width: Math.min(layout.width ?? width, width),
      height: layout.height ?? HEIGHT,
      autosize: false,
    },
  };
}

/** The title, or its names, for those who do not see it. */
export function nameOf({ data, layout }: PlotlyFigure): string {
  const { title } = layout;
  const text = typeof title === 'string' ? title : title?.text;
  const names = data.flatMap((trace) => ('name' in trace && typeof trace.name === 'string' ? trace.name : []));
  return text ?? (names.length > 0 ? names.join(', ') : 'Figure');
}

function inColours(template: Template, { text, soft, line, background, font }: WindowColours): Template {
  const axis = {
    gridcolor: line,
    linecolor: line,
    zerolinecolor: line,
    tickfont: { color: soft },
    title: { font: { color: soft } },
  };
  const own = template.layout ?? {};
  return {
    ...template,
    layout: {
      ...own,
      paper_bgcolor: 'rgba(0, 0, 0, 0)',
      plot_bgcolor: 'rgba(0, 0, 0, 0)',
      font: { ...own.font, family: font, color: text },
      hoverlabel: { bgcolor: background, bordercolor: line, font: { family: font, color: text } },
      xaxis: { ...own.xaxis, ...axis },
      yaxis: { ...own.yaxis, ...axis },
    },
  };
}

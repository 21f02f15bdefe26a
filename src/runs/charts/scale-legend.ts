/**
 * What the colours of cells stand for: a bar of them beside the plot, with values.
 */
import { cellsPng, dataUri, type Cells, type Legend } from './chart-layers.ts';
import { shortNumber } from './short-number.ts';

/** Pixels from the plot to the bar, across the bar, and from it to its values. */
const [AWAY, ACROSS, BESIDE] = [12, 10, 5];
const STEPS = 96;
const text = { font: '11px Inter', fill: '#6b6b6b' };

/** The values that a legend names, from low to high. */
export function legendTicks({ range: [low, high] }: Pick<Cells, 'range'>, { ticks }: Legend) {
  return ticks ?? [low, (low + high) / 2, high].map((value) => ({ value, text: shortNumber(value) }));
}

/** Elements of ECharts' `graphic` beside a plot in that place. */
export function scaleLegend(
  { colours, range }: Cells,
  legend: Legend,
  plot: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
) {
  const [low, high] = range;
  const left = plot.left + plot.width + AWAY;
  // the greatest stands at the top
  const values = Float32Array.from({ length: STEPS }, (_, i) => high - (i / (STEPS - 1)) * (high - low));
  const image = dataUri(cellsPng({ values, columns: 1, colours, range }));
  return [
    { type: 'image' as const, style: { image, x: left, y: plot.top, width: ACROSS, height: plot.height } },
    {
      type: 'text' as const,
      style: {
        ...text,
        text: legend.title,
        x: left + ACROSS,
        y: plot.top - 7,
        align: 'center',
        verticalAlign: 'bottom',
      },
    },
    ...legendTicks({ range }, legend).map(({ value, text: label }) => ({
      type: 'text' as const,
      style: {
        ...text,
        text: label,
        x: left + ACROSS + BESIDE,
        y: plot.top + ((high - value) / (high - low || 1)) * plot.height,
        verticalAlign: 'middle',
      },
    })),
  ];
}

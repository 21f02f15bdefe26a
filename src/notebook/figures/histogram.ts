/**
 * How numbers are distributed.
 */
import { seriesColours } from '../../colours/light.ts';
import type { Panel } from '../../runs/charts/chart.ts';
import type { Histogram } from '../../runs/contract.ts';
import { histogram as binned } from '../../runs/observation/histogram.ts';
import { chartFigure, type Figure } from '../figure.ts';
import { isNumbers, read, type Numbers } from '../numbers.ts';

/** Numbers, or counts of them as `inspect` gives for a layer. */
export type Distributed = Numbers | Histogram;

/**
 * Histograms beside each other, by name.
 *
 * ```ts
 * const { layer } = await run.inspect({ layer: run.distiller.layers.generator[0] });
 * histogram({ weights: layer.weights, 'gradient of L_DM': layer.matching })
 * ```
 */
export const histogram = (
  of: Numbers | Readonly<Record<string, Distributed | undefined>>,
  { title = '' }: { readonly title?: string } = {},
): Figure =>
  chartFigure(async () => {
    const named = Object.entries(isNumbers(of) ? { '': of } : of);
    const panels = named.flatMap(([name, one], i) => (one ? [panelOf(name, one, i)] : []));
    return { title, panels: await Promise.all(panels) };
  });

async function panelOf(title: string, of: Distributed, index: number): Promise<Panel> {
  const { from, to, counts } = isNumbers(of) ? binned([...(await read(of)).values]) : of;
  const width = (to - from) / counts.length;
  const points = counts.map((count, i) => [from + (i + 0.5) * width, count] as const);
  const color = seriesColours[index % seriesColours.length]!;
  return { title, xRange: [from, to], series: [{ name: title, color, kind: 'bars', points }] };
}

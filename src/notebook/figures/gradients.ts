/**
 * How strongly each loss pulls at each layer, over a run.
 */
import { colourScales } from '../../colours/scale.ts';
import type { Legend } from '../../runs/charts/chart-layers.ts';
import type { LayerNorms } from '../../runs/contract.ts';
import { chartFigure, type Figure } from '../figure.ts';
import { eventsOf, type Told } from './losses.ts';

export interface GradientsOptions {
  /** Whose gradients: of λ_dm L_DM or λ_reg L_reg in G, or of L_fake in the fake score. Default `matching`. */
  readonly of?: 'matching' | 'regression' | 'fake';
  readonly title?: string;
}

const names = { matching: 'λ_dm L_DM', regression: 'λ_reg L_reg', fake: 'L_fake' } as const;

/**
 * Gradient norms by layer over the iterations at which a run told them (`layersEvery`), on a logarithmic scale: dark rows
 * vanish, bright ones explode.
 *
 * ```ts
 * gradients(run, { of: 'matching' })
 * ```
 */
export const gradients = (told: Told, { of = 'matching', title }: GradientsOptions = {}): Figure =>
  chartFigure(() => {
    const events = eventsOf(told);
    const started = events.findLast((event) => event.type === 'started');
    const norms = events.filter(
      (event): event is typeof event & LayerNorms => event.type === 'layers' && event[of] !== undefined,
    );
    const layers = started?.type === 'started' ? started.layers[of === 'fake' ? 'fake' : 'generator'] : [];
    const heading = title ?? `Gradient norms of ${names[of]} by layer`;
    if (norms.length === 0) return { title: `${heading}: none told so far`, panels: [] };
    const values = Float32Array.from(layers.flatMap((_, i) => norms.map((event) => Math.log10(event[of]![i]!))));
    return { title: heading, ...heatMap(layers, norms.map(({ iteration }) => iteration), values) }; // prettier-ignore
  });

/** `values` [rows, columns] are log₁₀ of norms. */
function heatMap(rows: readonly string[], iterations: readonly number[], values: Float32Array) {
  const [low, high] = rangeOf(values);
  const [first, last] = [iterations[0]!, iterations.at(-1)!];
  const half = iterations.length > 1 ? (last - first) / (iterations.length - 1) / 2 : 0.5;
  const x = [first - half, last + half] as const;
  return {
    panelSize: [760, Math.max(220, 110 + 15 * rows.length)] as const,
    panels: [
      {
        title: '',
        rows,
        series: [],
        xLabel: 'iteration',
        xRange: x,
        ground: {
          kind: 'cells' as const,
          values,
          columns: iterations.length,
          colours: colourScales.viridis,
          range: [low, high] as const,
          legend: powersOfTen(low, high),
          x,
          // rows count from the top
          y: [rows.length - 0.5, -0.5] as const,
        },
      },
    ],
  };
}

function rangeOf(values: Float32Array): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [-1, 0];
  const [low, high] = finite.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)] as const, [
    Infinity,
    -Infinity,
  ] as const);
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

function powersOfTen(low: number, high: number): Legend {
  const step = high - low > 2 ? Math.ceil((high - low) / 6) : 0.5;
  const ticks: { value: number; text: string }[] = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step)
    ticks.push({ value, text: Number.isInteger(value) ? `1e${value}` : (10 ** value).toPrecision(1) });
  return { title: 'norm', ticks };
}

/**
 * How a layer's gradients, or its weights, are distributed.
 */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import type { Histogram } from '../../../src/runs/contract.ts';
import { toggle } from '../components/toggle.ts';
import { yAxis } from '../charts/y-axis.ts';
import type { ChartSpec } from '../charts/chart.ts';
import type { LayerAnswer } from './ask-layer.ts';
import { lossWords, type Loss } from './layer-norms.ts';

export type Part = 'gradient' | 'weights';

export interface HistogramInput {
  readonly answer: ReadonlySignal<LayerAnswer>;
  readonly loss: ReadonlySignal<Loss>;
  readonly part: ReadonlySignal<Part>;
  readonly log: Signal<boolean>;
}

export function histogramChart({ answer, loss, part, log }: HistogramInput): ChartSpec {
  const shown = (): Histogram | undefined => {
    const { layer } = answer.value;
    return part.value === 'weights' ? layer?.weights : layer?.[loss.value];
  };
  const centres = ({ from, to, counts }: Histogram) => counts.map((_, i) => from + ((i + 0.5) / counts.length) * (to - from)); // prettier-ignore
  return {
    name: 'layer-histogram',
    title: 'Histogram of a layer',
    controls: [toggle('Logarithmic', log)],
    figure: ({ theme, range }) => {
      const histogram = shown()!;
      return {
        data: [
          {
            type: 'bar',
            x: centres(histogram),
            y: [...histogram.counts],
            marker: { color: theme.color(part.value === 'weights' ? 'series-7' : lossWords[loss.value].color) },
            hovertemplate: '%{y:,d}<extra></extra>',
          },
        ],
        layout: {
          bargap: 0.06,
          hovermode: 'x',
          xaxis: {
            title: { text: part.value === 'weights' ? 'weight' : 'gradient' },
            hoverformat: '.3~g',
            ...(range ? { range: [...range], autorange: false } : { autorange: true }),
          },
          yaxis: { ...yAxis(log.value, [histogram.counts]), title: { text: 'count' } },
        },
      };
    },
    empty: () => {
      const { asking, layer, error } = answer.value;
      if (error !== undefined) return error;
      if (!layer) return asking ? 'Loading…' : 'Choose a layer.';
      return shown() ? undefined : `Nothing of ${lossWords[loss.value].label} acts on this layer now.`;
    },
    summary: () => {
      const { from, to, norm } = shown()!;
      return `${answer.value.layer!.name}, ${part.value}: ${from.toPrecision(3)} to ${to.toPrecision(3)}, norm ${norm.toPrecision(3)}.`;
    },
    table: () => {
      const histogram = shown();
      const width = histogram ? (histogram.to - histogram.from) / histogram.counts.length : 0;
      return {
        head: ['from', 'to', 'count'],
        rows: histogram?.counts.length ?? 0,
        row: (i) => [histogram!.from + i * width, histogram!.from + (i + 1) * width, histogram!.counts[i]!],
      };
    },
  };
}

/**
 * How far the scores are apart, and how strong the gradient is, over the noise levels of the probe at the cursor.
 */
import type { App } from '../app.ts';
import type { ChartSpec } from '../charts/chart.ts';
import { logTicks, tickText } from '../charts/log-ticks.ts';
import { yAxis } from '../charts/y-axis.ts';
import { nameOfIteration } from '../timeline.ts';
import type { Scores } from './scores-of.ts';

export function levelChart(app: App, { probe, ofSigma }: Scores): ChartSpec {
  const lines = () => [
    { name: 'μ_fake − μ_real', color: 'fake', dash: 'solid', symbol: 'circle', values: probe.value!.differenceRms },
    { name: '∇x', color: 'series-2', dash: 'dash', symbol: 'square', values: probe.value!.gradientRms },
  ] as const; // prettier-ignore
  const name = () => (ofSigma.value ? 'σ' : 't');
  return {
    name: 'score-difference-by-level',
    title: 'Size over noise level',
    hint: 'root mean square',
    figure: ({ theme, range }) => {
      const { t } = probe.value!;
      const ticks = logTicks(Math.min(...t) / 1.5, Math.max(...t) * 1.5);
      const axis = ofSigma.value
        ? {
            type: 'log' as const,
            tickvals: ticks,
            ticktext: ticks.map(tickText),
            range: [Math.log10(Math.min(...t) / 1.5), Math.log10(Math.max(...t) * 1.5)],
          }
        : { type: 'linear' as const };
      return {
        data: lines().map(({ name, color, dash, symbol, values }) => ({
          type: 'scatter' as const,
          mode: 'lines+markers' as const,
          name: name.replaceAll(/_(\w+)/g, '<sub>$1</sub>'),
          x: [...t],
          y: [...values],
          line: { color: theme.color(color), width: 2, dash },
          marker: { symbol, size: 8 },
          hovertemplate: '%{y:.3~g}',
        })),
        layout: {
          showlegend: true,
          legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' },
          margin: { l: 52, r: 10, t: 28, b: 38 },
          xaxis: { ...axis, title: { text: name() }, ...(range ? { range: [...range] } : {}) },
          yaxis: yAxis(true, lines().map(({ values }) => values)),
        },
      }; // prettier-ignore
    },
    empty: () => (probe.value ? undefined : 'The run has told of no scores yet.'),
    summary: () => {
      const { t, iteration } = probe.value!;
      const at = t.map((value, i) => `${value.toPrecision(3)}: ${lines()[0]!.values[i]!.toPrecision(3)}`);
      return `At ${nameOfIteration(app.current.value!, iteration)}, difference of the scores at ${name()} ${at.join(', ')}.`;
    },
    table: () => {
      const { t = [], sigma = [], differenceRms = [], gradientRms = [] } = probe.value ?? {};
      return {
        head: ['t', 'sigma', 'difference', 'gradient'],
        rows: t.length,
        row: (i) => [t[i]!, sigma[i]!, differenceRms[i]!, gradientRms[i]!],
      };
    },
    onClick: ({ x }) => {
      if (typeof x === 'number') app.focus.value = { ...app.focus.peek(), t: x };
    },
  };
}

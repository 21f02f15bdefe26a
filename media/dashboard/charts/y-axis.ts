/**
 * The y axis of a chart of curves: linear as Plotly has it, or logarithmic with few and round numbers.
 */
import type { LayoutAxis } from 'plotly.js';
import { logTicks, tickText } from './log-ticks.ts';

/** For all that is drawn against it; on a logarithmic axis only what is above 0 is. */
export function yAxis(log: boolean, drawn: Iterable<Iterable<number>>): Partial<LayoutAxis> {
  if (!log) return { type: 'linear' };
  let [least, greatest] = [Infinity, 0];
  for (const values of drawn)
    for (const value of values) {
      if (!(value > 0) || value === Infinity) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  if (greatest === 0) return { type: 'log' };
  // a twentieth of the axis on either side; for a single value, half of it
  const margin = least === greatest ? 2 : (greatest / least) ** 0.06;
  const [low, high] = [least / margin, greatest * margin];
  const ticks = logTicks(low, high);
  return { type: 'log', range: [Math.log10(low), Math.log10(high)], tickvals: ticks, ticktext: ticks.map(tickText) };
}

/**
 * A tensor as a person wants to see it: shape, type, how its numbers are distributed, and the first of them.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { shortNumber } from '../runs/charts/short-number.ts';
import { Figure } from './figure.ts';
import { escaped } from './html.ts';
import { shapeText, statistics } from './numbers.ts';

/** Numbers that are shown, at most this many rows of the last dimension. */
const [MOST_NUMBERS, MOST_ROWS] = [8, 4];

/** Shape, dtype, mean, standard deviation, range and the first values of `t`, which stays the caller's. */
export function tensor(t: tf.Tensor): Figure {
  return new Figure(async () => {
    const values = Float32Array.from(await t.data());
    const head = `Tensor ${shapeText(t.shape)} ${t.dtype}`;
    const lines = [statisticsText(values), ...firstRows(values, t.shape)];
    return {
      text: [head, ...lines].join('\n'),
      html: `<b>${escaped(head)}</b><pre style="margin:4px 0">${escaped(lines.join('\n'))}</pre>`,
    };
  });
}

/** `mean −0.01  std 0.98  from −3.1 to 2.9`. */
export function statisticsText(values: Float32Array): string {
  if (values.length === 0) return 'empty';
  if (values.length === 1) return number(values[0]!);
  const { mean, std, least, greatest, notFinite } = statistics(values);
  const warning = notFinite > 0 ? `  ${notFinite} not finite` : '';
  return `mean ${number(mean)}  std ${number(std)}  from ${number(least)} to ${number(greatest)}${warning}`;
}

function firstRows(values: Float32Array, shape: readonly number[]): string[] {
  const width = shape.at(-1) ?? 1;
  const rows = values.length / (width || 1);
  const lines = Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, row) => {
    const part = Array.from(values.subarray(row * width, row * width + Math.min(width, MOST_NUMBERS)), number);
    return `[${part.join(', ')}${width > MOST_NUMBERS ? ', …' : ''}]`;
  });
  return rows > MOST_ROWS ? [...lines, '…'] : lines;
}

const number = (value: number): string => shortNumber(Number(value.toPrecision(4))).replace('-', '−');

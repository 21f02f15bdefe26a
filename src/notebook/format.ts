/**
 * How the last value of a cell is shown: what it is of the library's, tensors and tables; nothing else.
 */
import * as tf from '@tensorflow/tfjs-core';
import { displaySymbol, Figure } from './figure.ts';
import type { MimeBundle } from './kernel-host.ts';
import { isRows, table } from './table.ts';
import { tensor } from './tensor.ts';

/** `value` in all its forms; undefined for what is best shown as text. */
export async function format(value: unknown): Promise<MimeBundle | undefined> {
  if (value instanceof Figure) return value.bundle();
  if (value instanceof tf.Tensor) return value.isDisposed ? undefined : tensor(value).bundle();
  if (isRows(value)) return table(value).bundle();
  if (isDisplayable(value)) return { data: await value[displaySymbol]() };
  return undefined;
}

interface Displayable {
  [displaySymbol](): MimeBundle['data'] | Promise<MimeBundle['data']>;
}

const isDisplayable = (value: unknown): value is Displayable =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Displayable>)[displaySymbol] === 'function';

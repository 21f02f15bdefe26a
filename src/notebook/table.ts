/**
 * Objects as a table: a row each, a column for each key.
 */
import { shortNumber } from '../runs/charts/short-number.ts';
import { Figure } from './figure.ts';
import { escaped, htmlTable } from './html.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Rows beyond are counted, not shown. */
const MOST_ROWS = 60;
const DIGITS = 5;

/**
 * A table of `rows`; `columns` says which keys and in which order, by default all. A cell that ends in an array of objects
 * shows it by itself.
 *
 * ```ts
 * table([{ loss: 'real score only', modes: 1, kl: 0.69 }, { loss: 'both scores', modes: 2, kl: 0.02 }])
 * ```
 */
export function table(rows: readonly Row[], columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]): Figure {
  return new Figure(() => {
    const shown = rows.slice(0, MOST_ROWS);
    const cells = shown.map((row) => columns.map((column) => cellText(row[column])));
    const right = columns.map((column) => shown.every((row) => isNumeric(row[column])));
    const more = rows.length > shown.length ? `… ${rows.length - shown.length} more rows` : '';
    const align = (i: number) => (right[i] ? 'right' : 'left') as 'right' | 'left';
    const html = htmlTable(
      columns.map((column, i) => ({ html: escaped(column), align: align(i) })),
      cells.map((row) => row.map((text, i) => ({ html: escaped(text), align: align(i) }))),
    );
    return {
      text: [...plainTable(columns, cells, right), more].filter(Boolean).join('\n'),
      html: html + escaped(more),
    };
  });
}

/** Whether `value` is what `table` takes, of plain objects alone. */
export const isRows = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (row: unknown) => typeof row === 'object' && row !== null && Object.getPrototypeOf(row) === Object.prototype,
  );

const isNumeric = (value: unknown): boolean => value === undefined || typeof value === 'number';

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return shortNumber(Number(value.toPrecision(DIGITS)));
  if (Array.isArray(value)) return `[${value.map(cellText).join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | boolean);
}

/** Columns that stand under each other. */
function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly boolean[],
): string[] {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((text, i) => (right[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

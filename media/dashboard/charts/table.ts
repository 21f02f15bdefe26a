/**
 * The numbers behind a chart, row by row, and as CSV.
 */

/** `row` may make its cells when it is asked: there may be hundreds of thousands of rows. NaN stands for no value. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: number;
  row(index: number): readonly (string | number)[];
}

/** All of the table as CSV (RFC 4180), for spreadsheets too: a text is never taken for a formula. */
export function csvOf(table: Table): string {
  const lines = Array.from({ length: table.rows }, (_, i) => table.row(i));
  return [table.head, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: string | number): string {
  if (typeof cell === 'number') return numberText(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As many digits as a float32 has; nothing for NaN. */
export const numberText = (value: number): string => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(8))));

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

/** As few digits as tell it from every other number, of float32 for those that are; nothing for NaN. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return '';
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (short === value || (Math.fround(value) === value && Math.fround(short) === value)) return String(short);
  }
  return String(value);
}

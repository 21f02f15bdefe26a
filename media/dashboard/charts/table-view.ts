/**
 * The numbers of a chart to be read, a page of rows at a time; they stay as they are while somebody reads them.
 */
import { effect, signal } from '@preact/signals-core';
import { button } from '../components/button.ts';
import { openDialog } from '../components/dialog.ts';
import { h } from '../dom.ts';
import { numberText, type Table } from './table.ts';

const ROWS = 100;

/** Opens a table over the page, at its last rows. */
export function openTable(title: string, table: Table): void {
  const pages = Math.max(1, Math.ceil(table.rows / ROWS));
  const page = signal(pages - 1);
  const body = h('tbody');
  const where = h('span', { class: 'soft numbers', attrs: { 'aria-live': 'polite' } });
  const isNumber = (column: number) => table.rows > 0 && typeof table.row(0)[column] === 'number';
  const scroller = h(
    'div',
    { class: 'chart-table-rows', tabIndex: 0, role: 'region', ariaLabel: `${title}, rows` },
    h(
      'table',
      { class: 'data' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...table.head.map((name, i) => h('th', { scope: 'col', class: isNumber(i) ? 'number' : '' }, name)),
        ),
      ),
      body,
    ),
  );
  const stop = effect(() => {
    const first = page.value * ROWS;
    const end = Math.min(table.rows, first + ROWS);
    const rows = Array.from({ length: end - first }, (_, i) => table.row(first + i));
    body.replaceChildren(...rows.map((cells) => h('tr', {}, ...cells.map(cell))));
    where.textContent = table.rows === 0 ? 'No rows yet' : `Rows ${first + 1} to ${end} of ${table.rows}`;
    scroller.scrollTop = 0;
  });
  const earlier = button({
    label: 'Earlier',
    icon: 'left',
    reason: () => (page.value === 0 ? 'These are the first rows' : undefined),
    onClick: () => page.value--,
  });
  const later = button({
    label: 'Later',
    icon: 'right',
    reason: () => (page.value === pages - 1 ? 'These are the last rows' : undefined),
    onClick: () => page.value++,
  });
  openDialog({
    title,
    content: [h('div', { class: 'chart-table' }, scroller, h('div', { class: 'toolbar' }, earlier, later, where))],
    width: 760,
    onClose: stop,
  });
}

const cell = (value: string | number): HTMLElement =>
  h('td', { class: typeof value === 'number' ? 'number' : '' }, typeof value === 'number' ? numberText(value) : value);

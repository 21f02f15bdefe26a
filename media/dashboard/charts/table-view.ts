/**
 * The numbers of a chart to be read, a page of rows at a time; they stay as they are while somebody reads them.
 */
import { h } from '../dom.ts';
import { numberText, type Table } from './table.ts';

const ROWS = 100;

/** A table that `close` leaves. */
export function tableView(title: string, table: Table, close: () => void): HTMLElement {
  const pages = Math.max(1, Math.ceil(table.rows / ROWS));
  let page = pages - 1;
  const body = h('tbody');
  const where = h('span', { class: 'chart-table-where', attrs: { 'aria-live': 'polite' } });
  const earlier = h('button', {
    type: 'button',
    class: 'button',
    textContent: '← Earlier',
    onclick: () => show(page - 1),
  });
  const later = h('button', { type: 'button', class: 'button', textContent: 'Later →', onclick: () => show(page + 1) });
  const scroller = h(
    'div',
    { class: 'chart-table-rows', tabIndex: 0, attrs: { role: 'region', 'aria-label': `${title}, rows` } },
    h(
      'table',
      { class: 'data' },
      h('caption', { class: 'unseen' }, title),
      h('thead', {}, h('tr', {}, ...table.head.map((name) => h('th', { attrs: { scope: 'col' } }, name)))),
      body,
    ),
  );
  const show = (wanted: number) => {
    page = Math.min(Math.max(0, wanted), pages - 1);
    const first = page * ROWS;
    const end = Math.min(table.rows, first + ROWS);
    const rows = Array.from({ length: end - first }, (_, i) => table.row(first + i));
    body.replaceChildren(...rows.map((cells) => h('tr', {}, ...cells.map(cell))));
    where.textContent = table.rows === 0 ? 'No rows yet' : `Rows ${first + 1} to ${end} of ${table.rows}`;
    earlier.disabled = page === 0;
    later.disabled = page === pages - 1;
    scroller.scrollTop = 0;
  };
  show(page);
  const back = h('button', { type: 'button', class: 'button', textContent: 'Chart', onclick: close });
  return h(
    'div',
    {
      class: 'chart-table',
      onkeydown: (event) => {
        if (event.key === 'Escape') close();
      },
    },
    scroller,
    h('div', { class: 'chart-table-foot' }, earlier, where, later, back),
  );
}

const cell = (value: string | number): HTMLElement =>
  h('td', { class: typeof value === 'number' ? 'number' : '' }, typeof value === 'number' ? numberText(value) : value);

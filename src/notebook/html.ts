/**
 * Small pieces of HTML for outputs: without scripts, and with styles of their own alone, so that it looks the same in every
 * notebook and on its export.
 */

/** `text` with nothing in it that could be taken for markup. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A cell of a table: its content, which is HTML, and how it stands. */
export interface HtmlCell {
  readonly html: string;
  readonly align?: 'left' | 'right';
}

/** A table; the contents of its cells are HTML already. */
export function htmlTable(head: readonly HtmlCell[], rows: readonly (readonly HtmlCell[])[]): string {
  const row = (cells: readonly HtmlCell[], tag: 'th' | 'td') =>
    `<tr>${cells.map(({ html, align = 'left' }) => `<${tag} style="text-align:${align};padding:2px 10px">${html}</${tag}>`).join('')}</tr>`;
  const top = head.length > 0 ? `<thead>${row(head, 'th')}</thead>` : '';
  return `<table style="border-collapse:collapse">${top}<tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`;
}

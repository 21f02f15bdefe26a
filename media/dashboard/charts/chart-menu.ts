/**
 * A chart's own small menu: its settings, its numbers, and how to keep it.
 */
import { button } from '../components/button.ts';
import { popover } from '../components/popover.ts';
import { h } from '../dom.ts';

export interface MenuItem {
  readonly label: string;
  act(): void;
}

/** A button that opens `controls` and `items`. */
export function chartMenu(title: string, controls: readonly HTMLElement[], items: readonly MenuItem[]): HTMLElement {
  const anchor = button({ label: '⋯', kind: 'quiet', onClick: () => undefined });
  anchor.setAttribute('aria-label', `${title}: options`);
  const place = h('div', { class: 'chart-menu' }, anchor);
  const buttons = items.map(({ label, act }) =>
    button({
      label,
      kind: 'quiet',
      onClick: () => {
        menu.close();
        act();
      },
    }),
  );
  const menu = popover(anchor, `${title}: options`, () => [
    h('div', { class: 'chart-options' }, ...controls, controls.length > 0 && h('hr'), ...buttons),
  ]);
  return place;
}

/**
 * A button that opens a list of things to do or to choose.
 */
import { h } from '../dom.ts';
import { button, type ButtonOptions } from './button.ts';
import { attach } from './popover.ts';

export interface MenuItem {
  readonly label: string;
  readonly hint?: string;
  /** Why it cannot be chosen now. */
  readonly reason?: string;
  /** Of items that are chosen one among others. */
  readonly checked?: boolean;
  onSelect(): unknown;
}

/** The button of a menu; `items` is asked each time it opens. Arrow keys, Home, End and Escape work in it. */
export function menu(options: Omit<ButtonOptions, 'onClick'>, items: () => readonly MenuItem[]): HTMLElement {
  const anchor = button({ ...options, onClick: () => undefined });
  const list = h('div', { class: 'menu', popover: 'auto', role: 'menu', ariaLabel: options.label });
  anchor.setAttribute('aria-haspopup', 'menu');
  const host = h('span', { class: 'menu-host' }, anchor);
  attach(anchor, list, () => list.replaceChildren(...items().map((item) => itemElement(item, list))));
  list.addEventListener('toggle', (event) => {
    if (event.newState === 'open') (list.firstElementChild as HTMLElement | null)?.focus();
  });
  list.addEventListener('keydown', (event) => {
    const all = [...list.children] as HTMLElement[];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  });
  return host;
}

function itemElement({ label, hint, reason, checked, onSelect }: MenuItem, list: HTMLElement): HTMLElement {
  const element = h(
    'button',
    {
      type: 'button',
      role: checked === undefined ? 'menuitem' : 'menuitemradio',
      tabIndex: -1,
      onclick: () => {
        if (reason) return;
        list.hidePopover();
        onSelect();
      },
    },
    h('span', {}, label),
    (reason ?? hint) !== undefined && h('small', {}, reason ?? hint),
  );
  if (checked !== undefined) element.setAttribute('aria-checked', String(checked));
  if (reason) element.setAttribute('aria-disabled', 'true');
  return element;
}

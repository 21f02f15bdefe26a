/**
 * What opens beside a button, and closes with Escape or a click elsewhere.
 */
import { h } from '../dom.ts';
import { floatBeside } from './float.ts';

export interface Popover {
  readonly element: HTMLElement;
  open(): void;
  close(): void;
}

/** Lets `anchor` open and close a popover; `content` is asked for its elements each time it opens. */
export function popover(anchor: HTMLElement, label: string, content: () => readonly Node[]): Popover {
  const element = h('div', { class: 'popover', popover: 'auto', role: 'dialog', ariaLabel: label });
  anchor.setAttribute('aria-haspopup', 'dialog');
  attach(anchor, element, () => element.replaceChildren(...content()));
  return { element, open: () => element.showPopover({ source: anchor }), close: () => element.hidePopover() };
}

/** Opens and closes `element` by `anchor`; `fill` is called before it is shown. */
export function attach(anchor: HTMLElement, element: HTMLElement, fill: () => void): void {
  anchor.setAttribute('aria-expanded', 'false');
  // beside its anchor, so that the keyboard goes from one to the other
  anchor.after(element);
  let wasOpen = false;
  element.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'open') {
      if (!element.isConnected) anchor.after(element);
      fill();
    } else if (element.contains(document.activeElement)) anchor.focus();
  });
  element.addEventListener('toggle', (event) => {
    const open = event.newState === 'open';
    anchor.setAttribute('aria-expanded', String(open));
    if (open) floatBeside(anchor, element);
  });
  // a press on the anchor closes it before the click arrives
  anchor.addEventListener('pointerdown', () => (wasOpen = element.matches(':popover-open')));
  anchor.addEventListener('click', () => {
    const closes = wasOpen || element.matches(':popover-open');
    wasOpen = false;
    if (anchor.getAttribute('aria-disabled') === 'true') return;
    if (!element.isConnected) anchor.after(element);
    if (closes) element.hidePopover();
    else element.showPopover();
  });
}

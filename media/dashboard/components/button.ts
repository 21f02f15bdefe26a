/**
 * A button that can say why it cannot be pressed.
 */
import { effect } from '@preact/signals-core';
import { h } from '../dom.ts';
import { icon, type IconName } from './icon.ts';
import { tooltip } from './tooltip.ts';

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: IconName;
  /** Shows the icon alone; the label becomes the tooltip. */
  readonly iconOnly?: boolean;
  readonly kind?: 'primary' | 'quiet' | 'danger';
  readonly hint?: string;
  /** Why it makes no sense now; nothing when it does. Reads signals. The button stays reachable, so that it can say so. */
  readonly reason?: () => string | undefined;
  /** What is returned keeps the button busy until it is settled. */
  onClick(event: MouseEvent): unknown;
}

export function button(options: ButtonOptions): HTMLButtonElement {
  const { label, kind, hint = '', reason } = options;
  const element = h(
    'button',
    { type: 'button', class: ['button', kind, options.iconOnly && 'icon-only'].filter(Boolean).join(' ') },
    options.icon && icon(options.icon),
    !options.iconOnly && h('span', {}, label),
  );
  if (options.iconOnly) element.setAttribute('aria-label', label);
  let why: string | undefined;
  if (reason)
    effect(() => {
      why = reason();
      if (why) element.setAttribute('aria-disabled', 'true');
      else element.removeAttribute('aria-disabled');
    });
  tooltip(element, () => why ?? (hint || (options.iconOnly ? label : '')));
  element.addEventListener('click', (event) => {
    if (why || element.getAttribute('aria-busy') === 'true') return;
    const result = options.onClick(event);
    if (!(result instanceof Promise)) return;
    element.setAttribute('aria-busy', 'true');
    void result.finally(() => element.removeAttribute('aria-busy'));
  });
  return element;
}

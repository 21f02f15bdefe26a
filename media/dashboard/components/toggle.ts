/**
 * Yes or no.
 */
import { effect, type Signal } from '@preact/signals-core';
import { h } from '../dom.ts';

/** A box to tick, bound to a signal. */
export function toggle(label: string, value: Signal<boolean>): HTMLElement {
  const input = h('input', { type: 'checkbox', onchange: () => (value.value = input.checked) });
  effect(() => {
    input.checked = value.value;
  });
  return h('label', { class: 'toggle' }, input, h('span', {}, label));
}

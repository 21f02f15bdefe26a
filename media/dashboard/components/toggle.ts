/**
 * Yes or no.
 */
import { effect } from '@preact/signals-core';
import { h } from '../dom.ts';

/** A box to tick, bound to a signal, or to what reads and writes one. */
export function toggle(label: string, value: { value: boolean }): HTMLElement {
  const input = h('input', { type: 'checkbox', onchange: () => (value.value = input.checked) });
  effect(() => {
    input.checked = value.value;
  });
  return h('label', { class: 'toggle' }, input, h('span', {}, label));
}

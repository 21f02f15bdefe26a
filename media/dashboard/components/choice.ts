/**
 * One of a few, side by side.
 */
import { effect, type Signal } from '@preact/signals-core';
import { h } from '../dom.ts';

let groups = 0;

/** Radio buttons bound to a signal; `label` is said for the group. */
export function choice<T extends string>(
  label: string,
  value: Signal<T>,
  options: readonly { readonly value: T; readonly label: string }[],
): HTMLElement {
  const name = `choice-${groups++}`;
  const inputs = options.map((option) =>
    h('input', { type: 'radio', name, value: option.value, onchange: () => (value.value = option.value) }),
  );
  effect(() => inputs.forEach((input) => (input.checked = input.value === value.value)));
  return h(
    'div',
    { class: 'choice', role: 'radiogroup', ariaLabel: label },
    ...options.map((option, i) => h('label', {}, inputs[i], h('span', {}, option.label))),
  );
}

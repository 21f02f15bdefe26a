/**
 * A slider bound to a signal; what comes live never takes it out of the reader's hand.
 */
import { effect } from '@preact/signals-core';
import { h } from '../dom.ts';

export interface SliderOptions {
  readonly label: string;
  /** Whether the label is said but not shown. */
  readonly quietLabel?: boolean;
  /** A signal, or what reads and writes one. */
  readonly value: { value: number };
  readonly min?: number;
  /** May read signals. */
  readonly max: number | (() => number);
  readonly step?: number;
  /** Beside the slider, and what is said for its value. May read signals. */
  readonly format?: (value: number) => string;
}

/** A slider with its label and value; `input` is the first range input in it. */
export function slider(options: SliderOptions): HTMLElement {
  const { label, value, min = 0, max, step = 1, format = String } = options;
  const input = h('input', { type: 'range', min: String(min), step: String(step) });
  const output = h('output', {});
  let held = false;
  const follow = () => {
    input.max = String(typeof max === 'number' ? max : max());
    input.value = String(value.value);
  };
  effect(() => {
    const text = format(value.value);
    output.textContent = text;
    input.setAttribute('aria-valuetext', text);
  });
  effect(() => {
    if (typeof max === 'function') max();
    void value.value;
    if (!held) follow();
  });
  input.addEventListener('pointerdown', () => (held = true));
  for (const end of ['pointerup', 'pointercancel', 'blur'])
    input.addEventListener(end, () => {
      held = false;
      follow();
    });
  input.addEventListener('input', () => (value.value = input.valueAsNumber));
  return h(
    'label',
    { class: 'slider' },
    h('span', { class: options.quietLabel ? 'unseen' : 'soft' }, label),
    input,
    output,
  );
}

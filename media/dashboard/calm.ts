/**
 * Live values at a pace that can be read.
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals-core';

/** Follows what `read` gives, at most once in `every` milliseconds; the last value always comes. */
export function calm<T>(read: () => T, every = 250): ReadonlySignal<T> {
  const shown = signal<T>(undefined as T);
  let timer: number | undefined;
  let next: T;
  effect(() => {
    next = read();
    if (timer !== undefined) return;
    shown.value = next;
    timer = window.setTimeout(() => {
      timer = undefined;
      shown.value = next;
    }, every);
  });
  return shown;
}

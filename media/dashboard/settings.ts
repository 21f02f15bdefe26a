/**
 * What the reader chose, kept by whoever shows the page: the browser's storage or the webview's state.
 */
import { effect, signal, type Signal } from '@preact/signals-core';

export interface Keeper {
  read(): Record<string, unknown>;
  write(settings: Record<string, unknown>): void;
}

export class Settings {
  private readonly values: Record<string, unknown>;

  constructor(private readonly keeper: Keeper) {
    this.values = keeper.read();
  }

  /** A setting under `key`, kept when it changes; `isValid` guards against what an older page has left. */
  signal<T>(key: string, initial: T, isValid: (value: unknown) => value is T): Signal<T> {
    const kept = this.values[key];
    const setting = signal(isValid(kept) ? kept : initial);
    effect(() => {
      this.values[key] = setting.value;
      this.keeper.write(this.values);
    });
    return setting;
  }
}

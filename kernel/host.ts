/**
 * What libraries find of the kernel they run in, at `globalThis[Symbol.for('dmd-lab.kernel')]`: showing things whole, being
 * told of interrupts and of the end, and giving values of their own a form.
 */
import type { DisplayOptions, KernelHost, MimeBundle } from '../src/notebook/kernel-host.ts';
import type { Outputs } from './outputs.ts';
import type { Tslab } from './tslab.ts';

/** What listeners of the end are given, in ms. */
const LAST_MS = 5000;

export class Host implements KernelHost {
  readonly #outputs: Outputs;
  readonly #interrupts = new Set<() => void>();
  readonly #shutdowns = new Set<() => Promise<void> | void>();
  format?: KernelHost['format'];

  constructor(outputs: Outputs) {
    this.#outputs = outputs;
  }

  /** Makes it known to libraries, and to tslab's own `display`. */
  publish({ display }: Tslab): void {
    Object.defineProperty(globalThis, Symbol.for('dmd-lab.kernel'), { value: this });
    display.lastWriteDisplayData = ({ data, metadata, transient }, update) =>
      this.display({ data, metadata }, { id: transient.display_id, update: update === true });
  }

  display({ data, metadata = {} }: MimeBundle, { id, update }: DisplayOptions = {}): void {
    if (update && id !== undefined) this.#outputs.tell({ type: 'update-display', data, metadata, displayId: id });
    else this.#outputs.tell({ type: 'display', data, metadata, ...(id !== undefined && { displayId: id }) });
  }

  clearOutput(wait = false): void {
    this.#outputs.tell({ type: 'clear', wait });
  }

  onInterrupt(listener: () => void): () => void {
    this.#interrupts.add(listener);
    return () => this.#interrupts.delete(listener);
  }

  onShutdown(listener: () => Promise<void> | void): void {
    this.#shutdowns.add(listener);
  }

  /** Tells those who listen that the cell at work is interrupted. */
  tellInterrupt(): void {
    for (const listener of this.#interrupts) listener();
  }

  /** Lets those who listen end what they have begun. */
  async tellShutdown(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, LAST_MS).unref());
    const listeners = [...this.#shutdowns];
    this.#shutdowns.clear();
    await Promise.race([Promise.allSettled(listeners.map(async (listener) => listener())), late]);
  }
}

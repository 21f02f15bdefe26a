/**
 * What cells print and show, told to whoever asked for the cell whose code it comes from, in its order; printed lines in
 * parcels, so that ten thousand of them are not ten thousand messages.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { StringDecoder } from 'node:string_decoder';
import type { Output } from './protocol.ts';

/** A cell while it runs, and afterwards for what it has left behind. */
export interface Cell {
  readonly executionCount: number;
  /** Code of an interrupted cell is stopped wherever it goes on. */
  interrupted: boolean;
  tell(output: Output): void;
}

/** How long printed text may wait for more of it, in ms, and how much of it, in characters. */
const [WAIT, PARCEL] = [30, 16384];

type StreamName = 'stdout' | 'stderr';

export class Outputs {
  readonly #cells = new AsyncLocalStorage<Cell>();
  #latest: Cell | undefined;
  #printed: { readonly cell: Cell; readonly name: StreamName; text: string } | undefined;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Takes the place of the process' own standard output and error. */
  takeStreams(): void {
    for (const name of ['stdout', 'stderr'] as const) {
      const decoder = new StringDecoder('utf8');
      process[name].write = (
        chunk: string | Uint8Array,
        encoding?: BufferEncoding | ((error?: Error | null) => void),
        done?: (error?: Error | null) => void,
      ): boolean => {
        const bytes = typeof encoding === 'string' && typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
        this.print(name, typeof bytes === 'string' ? bytes : decoder.write(Buffer.from(bytes)));
        const told = typeof encoding === 'function' ? encoding : done;
        if (told) process.nextTick(told);
        return true;
      };
    }
  }

  /** Runs the code of a cell; all that comes of it later is known as its own. */
  within<T>(cell: Cell, code: () => T): T {
    this.#latest = cell;
    return this.#cells.run(cell, code);
  }

  /** The cell that the code at work belongs to; the latest where that is unknown. */
  get current(): Cell | undefined {
    return this.#cells.getStore() ?? this.#latest;
  }

  print(name: StreamName, text: string): void {
    const cell = this.current;
    if (cell === undefined || text === '') return;
    if (this.#printed && (this.#printed.cell !== cell || this.#printed.name !== name)) this.flush();
    this.#printed ??= { cell, name, text: '' };
    this.#printed.text += text;
    // a loop that never ends lets no timer in: what it prints is told from here
    if (this.#printed.text.length >= PARCEL || performance.now() - this.#sent >= WAIT) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), WAIT);
  }

  /** Shows something, after all that was printed before it. */
  tell(output: Output, cell = this.current): void {
    this.flush();
    cell?.tell(output);
  }

  /** Tells what was printed. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#printed) {
      const { cell, name, text } = this.#printed;
      this.#printed = undefined;
      cell.tell({ type: 'stream', name, text });
    }
    this.#sent = performance.now();
  }
}

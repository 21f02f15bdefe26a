/**
 * Cells, one after another: each is compiled by tslab against all that came before it, run in this process, and shown.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';
import { diagnosticsError } from './diagnostics.ts';
import type { Guard } from './guard.ts';
import type { MimeBundle } from '../src/notebook/kernel-host.ts';
import type { Host } from './host.ts';
import { instrumenting, KERNEL, type SourceMaps } from './instrument.ts';
import { metaOf, Modules, type FileRequire } from './modules.ts';
import type { Cell, Outputs } from './outputs.ts';
import type { CellError, Executed, Output } from './protocol.ts';
import { describeError, tellWritten } from './traces.ts';
import { loadTslab, type Tslab } from './tslab.ts';

interface Ask {
  readonly code: string;
  tell(output: Output): void;
  /** Whether those that wait are left out when this cell fails; default: no. */
  readonly stopOnError?: boolean;
}

/** A line of tslab's stands before a cell's code, and the code of a function begins on its first. */
const LINES_BEFORE = 1;

class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export class Session {
  readonly tslab: Tslab;
  readonly #file: string;
  readonly #maps = new Map<string, SourceMaps>();
  readonly #modules: Modules;
  readonly #outputs: Outputs;
  readonly #host: Host;
  readonly #guard: Guard;
  /** What cells have declared, by name, and its types. */
  readonly #exports = rewritable();
  #declarations = '';
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = new Set<{ aborted: boolean }>();
  #working: { readonly cell: Cell; stop(error: Error): void } | undefined;

  /** Loads tslab for the notebook in `folder`; throws when that cannot be done. */
  constructor(folder: string, outputs: Outputs, host: Host, guard: Guard) {
    this.#outputs = outputs;
    this.#host = host;
    this.#guard = guard;
    this.tslab = loadTslab(folder, instrumenting(this.#maps));
    this.#modules = new Modules(this.tslab, this.#maps);
    this.#file = join(folder, '__cell__.ts');
    Object.defineProperty(globalThis, KERNEL, { value: this.#reached() });
  }

  /** The number that the next cell will have. */
  get nextCount(): number {
    return this.#count + 1;
  }

  /** What all cells have declared so far, as TypeScript's declarations. */
  get declarations(): string {
    return this.#declarations;
  }

  /** Runs a cell after those that were asked for before it. Never rejects. */
  execute(ask: Ask): Promise<Executed> {
    const waiting = { aborted: false };
    this.#waiting.add(waiting);
    const executed = this.#last.then(async (): Promise<Executed> => {
      this.#waiting.delete(waiting);
      if (waiting.aborted) return { status: 'aborted', executionCount: this.#count };
      const status = await this.#run(ask);
      if (status === 'error' && ask.stopOnError) {
        // what has been sent already is on its way
        await setImmediate(await setImmediate());
        for (const other of this.#waiting) other.aborted = true;
      }
      return { status, executionCount: this.#count };
    });
    this.#last = executed;
    return executed;
  }

  /** Ends the cell at work. */
  interrupt(): void {
    if (!this.#working || this.#working.cell.interrupted) return;
    const { cell, stop } = this.#working;
    cell.interrupted = true;
    this.#host.tellInterrupt();
    stop(new Interrupted('The cell was interrupted.'));
  }

  async #run({ code, tell }: Ask): Promise<'ok' | 'error'> {
    const cell: Cell = { executionCount: ++this.#count, interrupted: false, tell };
    const stopped = new Promise<never>((_, stop) => (this.#working = { cell, stop }));
    this.#guard.begin(this.#count);
    try {
      await Promise.race([this.#outputs.within(cell, () => this.#evaluate(code, cell)), stopped]);
      return 'ok';
    } catch (error) {
      cell.interrupted ||= this.#guard.interrupted;
      this.#outputs.tell({ type: 'error', ...errorOf(error) }, cell);
      return 'error';
    } finally {
      this.#outputs.flush();
      this.#guard.end();
      this.#working = undefined;
    }
  }

  async #evaluate(code: string, cell: Cell): Promise<void> {
    this.tslab.lookAtFiles();
    const converted = this.tslab.converter.convert(this.#declarations, code);
    if (converted.diagnostics.length > 0)
      throw diagnosticsError(converted.diagnostics, code, cell.executionCount, this.#file);
    this.#modules.update(converted.sideOutputs ?? []);
    const { output, declOutput = '', hasToplevelAwait, lastExpressionVar } = converted;
    // a cell that fails on its way leaves what it has made: an interrupted training is there to be looked at
    this.#declarations = declOutput;
    if (output) {
      const name = `cell ${cell.executionCount}`;
      tellWritten(name, output, this.#maps.get(output) ?? [], name, LINES_BEFORE);
      this.#maps.delete(output);
      await this.#modules.prepare(output, this.#file);
      const begin = `(${hasToplevelAwait ? 'async ' : ''}function (exports, require) { `;
      const call = `\n})(${KERNEL}.exports, ${KERNEL}.require)`;
      // Node.js ends what runs here, and here alone, at a SIGINT
      const script = { filename: name, columnOffset: -begin.length, breakOnSigint: true, displayErrors: false };
      await runInThisContext(begin + output + call, script);
    }
    if (lastExpressionVar === undefined) return;
    const value: unknown = await this.#exports[lastExpressionVar];
    this.#exports[lastExpressionVar] = undefined;
    if (value === undefined || value === null) return;
    const { data, metadata = {} } = await this.#formOf(value);
    this.#outputs.tell({ type: 'result', data, metadata, executionCount: cell.executionCount }, cell);
  }

  /** The forms that a last value can be shown in: by a library's word, by its own, or as Node.js writes it. */
  async #formOf(value: unknown): Promise<MimeBundle> {
    const given = await this.#host.format?.(value);
    if (given) return given;
    const own = (value as Record<symbol, unknown>)[Symbol.for('Jupyter.display')];
    if (typeof own === 'function') return { data: (await own.call(value)) as MimeBundle['data'] };
    return { data: { 'text/plain': inspect(value) } };
  }

  /** What the code of cells and of the files that they import can reach. */
  #reached() {
    const check = () => {
      if (this.#guard.interrupted || this.#outputs.current?.interrupted)
        throw new Interrupted('The cell was interrupted.');
    };
    return {
      exports: this.#exports,
      require: this.#modules.requireFor(this.#file),
      import: (require: FileRequire, specifier: string) => this.#modules.import(require, specifier),
      meta: metaOf,
      look: () => {
        if (this.#guard.interrupted) check();
      },
      resumed: <T>(value: T): T => {
        check();
        return value;
      },
    };
  }
}

/** Names that cells export can be given another value by a later cell, which TypeScript's exports do not allow. */
function rewritable(): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  return new Proxy(values, {
    defineProperty: (_, name, { get, value }) => {
      if (typeof name === 'string' && name !== '__esModule') values[name] = get ? (get() as unknown) : value;
      return true;
    },
  });
}

function errorOf(error: unknown): CellError {
  const interrupted =
    error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
      ? new Interrupted('The cell was interrupted.')
      : error;
  return 'traceback' in Object(interrupted) ? (interrupted as CellError) : describeError(interrupted, inspect);
}

/**
 * A thread that stays awake while a cell keeps the kernel busy. It hears that the cell is to be interrupted, and ends the
 * process when its client is gone.
 */
import { Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { serveControl } from './jupyter/control.ts';
import type { Connection } from './jupyter/wire.ts';
import { INTERRUPT } from './protocol.ts';

/** What the two threads share: the number of the cell at work, and of the one that is to be interrupted; 0: none. */
const [AT_WORK, INTERRUPTED] = [0, 1];

interface GuardData {
  readonly shared: SharedArrayBuffer;
  /** Where Jupyter speaks to the kernel; without it, standard input carries the client's words, and its end. */
  readonly connection?: Connection;
}

/** How often it is looked whether the client's process is there. */
const LOOK_MS = 250;
/** How long a kernel may close its runs when its client is gone, and when Jupyter, which waits 5 s, has told it to end. */
const [ORPHAN_MS, TOLD_MS] = [1000, 4000];
/** How long a cell has to notice an interrupt by itself. */
const NOTICE_MS = 200;

/** The kernel's side. */
export class Guard {
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));

  /** `interrupt` and `end` are called as soon as the kernel is not busy, `failure` when there can be no guard. */
  constructor(connection: Connection | undefined, on: { interrupt(): void; end(): void; failure(error: Error): void }) {
    const data: GuardData = { shared: this.#shared.buffer as SharedArrayBuffer, connection };
    const worker = new Worker(__filename, { workerData: data, stdout: true, stderr: true });
    worker.on('message', (message: 'interrupt' | 'end') => {
      if (message === 'interrupt') on.interrupt();
      else on.end();
    });
    worker.on('error', (error) => on.failure(error)).unref();
  }

  /** A cell begins. */
  begin(number: number): void {
    Atomics.store(this.#shared, INTERRUPTED, 0);
    Atomics.store(this.#shared, AT_WORK, number);
  }

  /** The cell has ended. */
  end(): void {
    Atomics.store(this.#shared, AT_WORK, 0);
    Atomics.store(this.#shared, INTERRUPTED, 0);
  }

  /** Whether the cell at work is to be interrupted. */
  get interrupted(): boolean {
    return Atomics.load(this.#shared, INTERRUPTED) !== 0;
  }
}

/** The thread's side. */
export function guard(): void {
  if (isMainThread) throw new Error('internal: the guard is a thread of its own');
  const { shared, connection } = workerData as GuardData;
  const numbers = new Int32Array(shared);
  const parent = process.ppid;

  const interrupt = () => {
    const cell = Atomics.load(numbers, AT_WORK);
    if (cell === 0) return;
    Atomics.store(numbers, INTERRUPTED, cell);
    parentPort!.postMessage('interrupt');
    // a loop within a package is not ours to look into: Node.js ends it, where there are signals
    if (process.platform === 'win32') return;
    setTimeout(() => {
      if (Atomics.load(numbers, INTERRUPTED) === cell) process.kill(process.pid, 'SIGINT');
    }, NOTICE_MS);
  };
  const leave = (within: number) => {
    parentPort!.postMessage('end');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), within);
  };

  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    leave(ORPHAN_MS);
  }, LOOK_MS);
  if (connection) void serveControl(connection, { interrupt, end: () => leave(TOLD_MS) });
  else hearInput({ interrupt, end: () => leave(ORPHAN_MS) });
}

function hearInput(on: { interrupt(): void; end(): void }): void {
  const input = new Socket({ fd: 0, readable: true, writable: false });
  let heard = '';
  input.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    if (heard.includes(INTERRUPT)) on.interrupt();
    heard = heard.slice(heard.lastIndexOf('\n') + 1);
  });
  input.on('end', () => on.end()).on('error', () => on.end());
}

/**
 * A kernel of one's own: a process of the launcher, spoken to over `fork`, without Python, ZeroMQ or VS Code. It ends with
 * its client, whatever becomes of that.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { failure } from '../src/errors.ts';
import {
  INTERRUPT,
  type Completions,
  type Executed,
  type FromKernel,
  type Inspection,
  type Output,
  type Requests,
} from './protocol.ts';

export interface KernelOptions {
  /** The path of `dist/kernel.cjs`. */
  readonly launcher: string;
  /** The folder of the notebook: where its imports and relative paths begin. */
  readonly cwd: string;
  /** The path of a Node.js, 20.19 or later; default: what runs this. */
  readonly node?: string;
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Told once of a kernel that ended without having been asked to. */
  onExit?(exit: KernelExit): void;
}

/** How a kernel ended. */
export interface KernelExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** A sentence or two for people: how it ended, with the last that the process said. */
  readonly message: string;
}

export interface ExecuteOptions {
  /** Told of outputs in their order; also of those that the cell's timers and promises bring forth after it has ended. */
  onOutput?(output: Output): void;
}

interface Pending {
  readonly type: keyof Requests;
  settle(answer: unknown): void;
  refuse(error: Error): void;
}

const START_SECONDS = 30;
/** What a kernel that was asked to end is given to close its runs. */
const SHUTDOWN_SECONDS = 8;
/** How much of what the process says by itself is kept, in characters, for the case that it ends. */
const LAST_WORDS = 2000;

export class KernelClient {
  readonly #options: KernelOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #outputs = new Map<number, (output: Output) => void>();
  #process: ChildProcess;
  #exited: Promise<KernelExit>;
  #lastId = 0;
  #leaving = false;

  private constructor(options: KernelOptions) {
    this.#options = options;
    [this.#process, this.#exited] = this.#spawn();
  }

  /** Starts a kernel. Throws a `failure` with what the process said when it does not come up. */
  static async start(options: KernelOptions): Promise<KernelClient> {
    const client = new KernelClient(options);
    await client.#ready();
    return client;
  }

  /** The number of the kernel's process. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether cells can be run. */
  get alive(): boolean {
    return this.#process.connected;
  }

  /** Runs a cell after those that were given before it. Never rejects: a kernel that ends leaves `aborted` cells behind. */
  execute(code: string, { onOutput }: ExecuteOptions = {}): Promise<Executed> {
    return this.#request('execute', { code }, onOutput).catch(() => ({ status: 'aborted', executionCount: 0 }));
  }

  /** What could stand at `cursor`, in UTF-16 units. It is answered between cells and while a cell awaits. */
  complete(code: string, cursor: number): Promise<Completions> {
    return this.#request('complete', { code, cursor });
  }

  /** What stands at `cursor`, in UTF-16 units. */
  inspect(code: string, cursor: number): Promise<Inspection | undefined> {
    return this.#request('inspect', { code, cursor });
  }

  /** Ends the cell at work with an error `Interrupted`; nothing happens when there is none. */
  interrupt(): void {
    this.#process.stdin?.write(INTERRUPT);
  }

  /** Ends the kernel, at once when a cell keeps it busy, and starts another in its place; cells at work are `aborted`. */
  async restart(): Promise<void> {
    await this.shutdown();
    this.#leaving = false;
    [this.#process, this.#exited] = this.#spawn();
    await this.#ready();
  }

  /** Ends the kernel: it may close its runs first, unless a cell keeps it busy. */
  async shutdown(): Promise<void> {
    this.#leaving = true;
    const busy = [...this.#pending.values()].some(({ type }) => type === 'execute');
    const kill = () => this.#process.kill('SIGKILL');
    if (busy) kill();
    else {
      // it may end before it has answered
      this.#request('shutdown', {}).catch(() => undefined);
      await Promise.race([this.#exited, setTimeout(SHUTDOWN_SECONDS * 1000, undefined, { ref: false })]);
      kill();
    }
    await this.#exited;
  }

  #request<T extends keyof Requests>(
    type: T,
    ask: Requests[T]['ask'],
    onOutput?: (output: Output) => void,
  ): Promise<Requests[T]['answer']> {
    const id = ++this.#lastId;
    if (!this.alive) return Promise.reject(failure('The kernel has ended. Restart it.'));
    if (onOutput) this.#outputs.set(id, onOutput);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { type, settle: resolve as (answer: unknown) => void, refuse: reject });
      this.#process.send({ id, type, ask });
    });
  }

  #spawn(): [ChildProcess, Promise<KernelExit>] {
    const { launcher, node, execArgv, env, cwd, onExit } = this.#options;
    const child = fork(launcher, ['--fork'], {
      cwd,
      env: env ?? process.env,
      execArgv: [...(execArgv ?? [])],
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      ...(node !== undefined && { execPath: node }),
    });
    let lastWords = '';
    const listen = (data: Buffer) => (lastWords = (lastWords + data.toString()).slice(-LAST_WORDS));
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    // a kernel that has just ended is told of by 'exit'
    child.stdin?.on('error', () => undefined);
    child.on('message', (message: FromKernel) => this.#receive(message));
    const exited = new Promise<KernelExit>((resolve) => {
      child.on('error', (error) => resolve({ code: null, signal: null, message: error.message }));
      child.on('close', (code, signal) => resolve({ code, signal, message: describe(code, signal, lastWords) }));
    });
    void exited.then((exit) => {
      const atWork = [...this.#pending].find(([, { type }]) => type === 'execute');
      const error = { name: 'KernelEnded', message: exit.message, traceback: [exit.message] };
      if (atWork && !this.#leaving) this.#outputs.get(atWork[0])?.({ type: 'error', ...error });
      for (const { refuse } of this.#pending.values()) refuse(failure(exit.message));
      this.#pending.clear();
      this.#outputs.clear();
      if (!this.#leaving) onExit?.(exit);
    });
    return [child, exited];
  }

  #receive(message: FromKernel): void {
    if (message.type === 'ready') return;
    if (message.type === 'output') return this.#outputs.get(message.id)?.(message.output);
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === 'answer') pending?.settle(message.answer);
    else pending?.refuse(failure(message.reason));
  }

  /** Waits for the kernel's first word; one that does not come up is told of by the error alone. */
  async #ready(): Promise<void> {
    this.#leaving = true;
    const late = new AbortController();
    const came = new Promise<undefined>((resolve) => {
      this.#process.once('message', () => resolve(undefined));
    });
    const problem = await Promise.race([
      came,
      this.#exited.then(({ message }) => message),
      setTimeout(START_SECONDS * 1000, `It said nothing for ${START_SECONDS} s.`, { signal: late.signal }),
    ]);
    late.abort();
    if (problem !== undefined) {
      this.#process.kill('SIGKILL');
      throw failure(`The notebook's kernel did not start. ${problem}`);
    }
    this.#leaving = false;
  }
}

function describe(code: number | null, signal: NodeJS.Signals | null, lastWords: string): string {
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  const said = lastWords.trim();
  return `The process of the kernel ${how}.${said && ` It said last: ${said}`}`;
}

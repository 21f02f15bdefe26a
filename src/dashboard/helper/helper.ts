/**
 * The host's end of the helper process: starts it when it is needed, asks it one thing after another, lets it go when
 * nothing was asked for a while.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { DmdError, failure } from '../../errors.ts';
import { packagePath } from '../../paths.ts';
import type { InspectReply } from '../../runs/contract.ts';
import type { Drawn, Requests } from '../protocol.ts';
import type { FromHelper, Samples, Task, Tasks, TaskType, ToHelper } from './helper-protocol.ts';

export interface HelperOptions {
  /** What runs the helper; default: what runs this process. */
  readonly node?: string;
  /** Its environment besides this process' own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether a run trains on this machine: then the helper takes one thread alone. */
  readonly isBusy?: () => boolean;
  /** After how many milliseconds without a question it ends; default: five minutes. */
  readonly idleAfter?: number;
}

interface Waiting {
  readonly task: Task;
  readonly resolve: (reply: Tasks[TaskType]['reply']) => void;
  readonly reject: (error: unknown) => void;
}

/** Characters of the helper's stderr that are kept for when it crashes. */
const LAST_WORDS = 2000;

export class Helper {
  private child?: ChildProcess;
  private readonly queue: Waiting[] = [];
  private current?: Waiting;
  private nextId = 1;
  private idle?: NodeJS.Timeout;

  constructor(private readonly options: HelperOptions = {}) {}

  /**
   * `inspect` of the last checkpoint of the run in `directory`, absolute. This and the others reject with a `DmdError` that
   * says why it could not be done, and with the reason of `signal` once that is aborted.
   */
  inspect(directory: string, message: Tasks['inspect']['ask']['message'], signal?: AbortSignal): Promise<InspectReply> {
    return this.ask('inspect', { directory, message }, signal);
  }

  /** The reply to `generate`, and the buffers that it speaks of. */
  async generate(
    directory: string,
    ask: Omit<Requests['generate']['ask'], 'run'>,
    signal?: AbortSignal,
  ): Promise<{ ok: Requests['generate']['reply']; buffers: ArrayBuffer[] }> {
    const { oneStep, teacher } = await this.ask('generate', { ...ask, directory }, signal);
    const buffers: ArrayBuffer[] = [];
    const put = ({ shape, values, secondsPerImage }: Samples): Drawn => ({
      shape,
      // a copy of its own: what came may share a buffer with the message
      buffer: buffers.push(Float32Array.from(values).buffer) - 1,
      secondsPerImage,
    });
    const ok = { oneStep: put(oneStep), teacher: teacher && { ...put(teacher), nfe: teacher.nfe } };
    return { ok, buffers };
  }

  /** Writes the last checkpoint's generator into the run's directory; the names of the files there. */
  export(directory: string, signal?: AbortSignal): Promise<Tasks['export']['reply']> {
    return this.ask('export', { directory }, signal);
  }

  /** Ends the process; who still waits is told. A later question would start another. */
  dispose(): void {
    const left = this.current ? [this.current, ...this.queue] : this.queue;
    for (const { reject } of left) reject(failure('The dashboard has ended.'));
    this.queue.length = 0;
    this.letGo();
  }

  private ask<Type extends TaskType>(
    type: Type,
    ask: Tasks[Type]['ask'],
    signal?: AbortSignal,
  ): Promise<Tasks[Type]['reply']> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const task = { type, id: this.nextId++, ask } as Task;
      const waiting: Waiting = { task, resolve: resolve as Waiting['resolve'], reject };
      this.queue.push(waiting);
      signal?.addEventListener('abort', () => this.cancel(waiting, signal.reason), { once: true });
      this.next();
    });
  }

  /** One under way goes on until the helper has come to an end with it; only then is the next one asked for. */
  private cancel(waiting: Waiting, reason: unknown): void {
    waiting.reject(reason);
    const at = this.queue.indexOf(waiting);
    if (at >= 0) this.queue.splice(at, 1);
    else if (this.current === waiting) this.send({ type: 'cancel', id: waiting.task.id });
  }

  private next(): void {
    if (this.current) return;
    clearTimeout(this.idle);
    this.current = this.queue.shift();
    if (this.current) {
      this.child ??= this.start();
      this.send({ ...this.current.task, threads: this.options.isBusy?.() ? 1 : undefined });
    } else {
      this.idle = setTimeout(() => this.letGo(), this.options.idleAfter ?? 5 * 60_000).unref();
    }
  }

  private start(): ChildProcess {
    const { node = process.execPath, env } = this.options;
    const child = fork(packagePath('dist', 'helper.js'), [], {
      execPath: node,
      execArgv: [],
      env: { ...process.env, ...env },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let words = '';
    child.stderr!.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-LAST_WORDS)));
    child.on('message', (message) => this.take(message as FromHelper));
    child.on('error', (error) => this.lose(child, `could not be started with \`${node}\`: ${error.message}`));
    child.on('close', (code, signal) => {
      const last = words.trim().split('\n').at(-1);
      this.lose(child, `ended by itself (${signal ?? `exit code ${code}`})${last ? `: ${last}` : ''}`);
    });
    return child;
  }

  private send(message: ToHelper): void {
    // one that has just ended is told of by `close`
    this.child?.send(message, () => undefined);
  }

  private take(message: FromHelper): void {
    const { current } = this;
    if (current?.task.id !== message.id) return;
    this.current = undefined;
    if ('ok' in message) current.resolve(message.ok);
    else {
      const { kind, message: text } = message.error;
      current.reject(kind === 'internal' ? new Error(text) : new DmdError(kind, text));
    }
    this.next();
  }

  /** The process is gone, and with it the answer to what was under way; the next question starts another. */
  private lose(child: ChildProcess, how: string): void {
    if (this.child !== child) return;
    this.child = undefined;
    const { current } = this;
    this.current = undefined;
    current?.reject(failure(`The helper process ${how}. Ask again: another one will be started.`));
    this.next();
  }

  private letGo(): void {
    clearTimeout(this.idle);
    const { child } = this;
    this.child = undefined;
    this.current = undefined;
    // it ends when it sees this, after the work that it is at
    if (child?.connected) child.disconnect();
  }
}

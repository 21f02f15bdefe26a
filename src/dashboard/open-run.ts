/**
 * A run that a page has open: what it is told of it, and what it asks of it.
 */
import { failure, messageOf } from '../errors.ts';
import type { ControlMessage, ControlReply } from '../runs/contract.ts';
import { connectRun, type RunConnection } from '../runs/control/client.ts';
import { readNotes } from '../runs/directory/notes.ts';
import { isLive, readStatus, type Status } from '../runs/directory/status.ts';
import type { Helper } from './helper/helper.ts';
import type { RunHead } from './protocol.ts';
import { tellEvents, tellNotes, tellStatus, type Tell } from './tell-run.ts';

export interface OpenRunOptions {
  /** What the page calls it. */
  readonly run: string;
  /** Its directory. */
  readonly path: string;
  readonly tell: Tell;
  /** Answers what a run that has ended is asked. */
  readonly helper: Helper;
  /** The page is gone. */
  readonly signal: AbortSignal;
}

export class OpenRun {
  private readonly closing = new AbortController();
  private readonly signal: AbortSignal;
  private connecting: Promise<RunConnection> | undefined;

  private constructor(
    private readonly options: OpenRunOptions,
    /** How the run was when it was opened. */
    readonly head: RunHead,
  ) {
    this.signal = AbortSignal.any([this.closing.signal, options.signal]);
    this.signal.addEventListener('abort', () => void this.disconnect());
  }

  /** Reads how the run is. A failure when that cannot be understood. */
  static async open(options: OpenRunOptions): Promise<OpenRun> {
    const { run, path } = options;
    const status = await statusOf(path);
    const [notes, live] = await Promise.all([readNotes(path), isLive(status)]);
    return new OpenRun(options, { run, path, status, live, notes });
  }

  /** Begins to tell the page what has happened and what happens. */
  tell(): void {
    const { run, path, tell } = this.options;
    const told = { run, path, tell, signal: this.signal };
    const say = (error: unknown): void => void tell({ type: 'problem', message: messageOf(error) });
    tellEvents(told).catch(say);
    tellStatus(told, this.head.status).catch(say);
    tellNotes(told, this.head.notes).catch(say);
  }

  /** Asks the run, or its last checkpoint when it has ended. Rejects with the `DmdError` that says why it could not be done. */
  async control<Message extends ControlMessage>(message: Message): Promise<ControlReply<Message['type']>>;
  async control(message: ControlMessage): Promise<ControlReply> {
    const { path: directory, helper } = this.options;
    const status = await statusOf(directory);
    if (await isLive(status)) return (await this.connection()).send(message);
    const { state, iteration, step } = status;
    const { signal } = this;
    switch (message.type) {
      case 'inspect':
        return { state, iteration, step, ...(await helper.inspect(directory, message, signal)) };
      case 'export':
        return { state, iteration, step, ...(await helper.export(directory, signal)) };
      default:
        throw failure(
          `No process works on this run, which is \`${state}\` at step ${step} of ${status.steps}: it takes no ` +
            `\`${message.type}\`. \`dmd-lab distill --resume ${directory}\` goes on with one that is not finished.`,
        );
    }
  }

  close(): void {
    this.closing.abort();
  }

  private async disconnect(): Promise<void> {
    const connection = await this.connecting?.catch(() => undefined);
    connection?.close();
  }

  private connection(): Promise<RunConnection> {
    this.connecting ??= this.connect();
    return this.connecting;
  }

  private async connect(): Promise<RunConnection> {
    const forget = (): void => void (this.connecting = undefined);
    try {
      const connection = await connectRun(this.options.path, { client: 'dashboard' });
      // the page may have gone before this began, and then nobody else would close it
      if (this.signal.aborted) connection.close();
      void connection.closed.then(forget);
      return connection;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

async function statusOf(path: string): Promise<Status> {
  const status = await readStatus(path);
  if (status) return status;
  throw failure(
    `The status of the run \`${path}\` cannot be understood: its status.json is damaged, or of a newer dmd-lab. ` +
      'Install the newest, or look at the files themselves.',
  );
}

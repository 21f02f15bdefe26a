/**
 * A live run from another process, or from the same: messages to it, and its events.
 */
import { createConnection, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import { failure, usageError, type DmdError } from '../../errors.ts';
import { CONTRACT_VERSION, endStates, type ControlMessage, type ControlReply, type RunEvent } from '../contract.ts';
import { isLive, readStatus, statusFile, type Status } from '../directory/status.ts';
import { reasonOf } from '../files/replace-file.ts';
import { readAddress, type Address } from './address.ts';
import { FrameReader, FrameWriter } from './frames.ts';
import { fromWire, silent, type Hello, type Welcome } from './protocol.ts';

/** Bytes of an answer: tensors of many large images. */
const LONGEST_ANSWER = 2 ** 29;
/** Milliseconds to the answer to `hello`, which comes after the step under way. */
const ANSWER_WITHIN = 30_000;
/** Milliseconds from a run's first status to its address, which follows at once unless the machine is busy. */
const OPENS_WITHIN = 5_000;

/**
 * Connects to the run in `directory`. A usage error when that holds no run; a failure when it is not live, takes no messages
 * or does not answer within `timeout` milliseconds.
 */
export async function connectRun(
  directory: string,
  { timeout = ANSWER_WITHIN, client = 'dmd-lab' }: { timeout?: number; client?: string } = {},
): Promise<RunConnection> {
  const status = await readStatus(directory);
  if (!status) throw usageError(`\`${directory}\` is no run directory: it holds no ${statusFile} that can be read.`);
  if (!(await isLive(status))) throw notLive(directory, status);
  const address = await addressOf(directory, Math.min(timeout, OPENS_WITHIN));
  if (!address) {
    throw failure(
      status.host === hostname()
        ? `The run \`${directory}\` takes no messages: it holds no \`control.json\` that can be read. Its events say why.`
        : `The run \`${directory}\` is at work on \`${status.host}\`; it takes messages there.`,
    );
  }
  const socket = await open(address.path, directory);
  const connection = createMessageConnection(
    new FrameReader(socket, { longest: LONGEST_ANSWER }),
    new FrameWriter(socket),
    silent,
  );
  connection.onError(() => socket.destroy());
  // lets those know who wait for an answer
  connection.onClose(() => connection.dispose());
  connection.listen();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.dispose();
  }, timeout);
  try {
    const hello: Hello = { token: address.token, v: CONTRACT_VERSION, client };
    return new RunConnection(connection, await connection.sendRequest<Welcome>('hello', hello));
  } catch (error) {
    connection.dispose();
    if (!isLate) throw fromWire(error);
    throw failure(
      `The run \`${directory}\` has not answered within ${timeout / 1000} s. It may be in a long step; try again.`,
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** A connection to a live run, until either side closes it. */
export class RunConnection {
  /** Resolves when the run, or this side, has ended the connection. */
  readonly closed: Promise<void>;
  private readonly listeners: ((event: RunEvent) => void)[] = [];
  private subscribed: Promise<void> | undefined;

  /** For `connectRun`. */
  constructor(
    private readonly connection: MessageConnection,
    /** Where the run was when it was connected to. */
    readonly welcome: Welcome,
  ) {
    connection.onNotification('event', (event: RunEvent) => {
      for (const listener of this.listeners) listener(event);
    });
    this.closed = new Promise((resolve) => connection.onDispose(() => resolve()));
  }

  /** Resolves when the run has done what `message` asks. Rejects with the `DmdError` that says why it could not. */
  async send<Message extends ControlMessage>(message: Message): Promise<ControlReply<Message['type']>> {
    return this.request<ControlReply<Message['type']>>('control', message);
  }

  /** Lets `listener` be told of events; of every one when the promise has resolved. */
  async onEvent(listener: (event: RunEvent) => void): Promise<void> {
    this.listeners.push(listener);
    await (this.subscribed ??= this.request('subscribe'));
  }

  close(): void {
    this.connection.dispose();
  }

  private async request<T = void>(method: string, ...params: object[]): Promise<T> {
    try {
      return await this.connection.sendRequest<T>(method, ...params);
    } catch (error) {
      throw fromWire(error);
    }
  }
}

/** Where the run listens; of one that is just starting here, once it does, if that is within so many milliseconds. */
async function addressOf(directory: string, within: number): Promise<Address | undefined> {
  for (const until = Date.now() + within; ; await sleep(20)) {
    // the status first: an address that comes between the two is seen
    const status = await readStatus(directory);
    const address = await readAddress(directory);
    const mayCome = status?.state === 'starting' && status.host === hostname() && Date.now() < until;
    if (address || !mayCome) return address;
  }
}

function notLive(directory: string, { state, step, steps, host, pid, heartbeat }: Status): DmdError {
  const hasEnded = (endStates as readonly string[]).includes(state);
  return failure(
    `The run \`${directory}\` is not live: it is \`${state}\` at step ${step} of ${steps}` +
      (hasEnded ? '.' : `, and its process ${pid} on ${host} was last heard of at ${heartbeat}.`),
  );
}

const open = (path: string, directory: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const refuse = (error: Error) =>
      reject(failure(`The run \`${directory}\` cannot be reached at \`${path}\`: ${reasonOf(error)}.`, error));
    socket.once('error', refuse);
    socket.once('connect', () => {
      socket.off('error', refuse);
      // the connection is told of errors; before it listens there must be somebody
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

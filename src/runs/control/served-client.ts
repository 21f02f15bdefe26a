/**
 * One client of a run, on the run's side: nothing is answered before it has shown the token, and nothing that it sends, or
 * fails to read, reaches the training.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { createMessageConnection, Message, type MessageConnection } from 'vscode-jsonrpc/node';
import { usageError } from '../../errors.ts';
import { shown } from '../configuration/wrong-value.ts';
import { CONTRACT_VERSION, type ControlHandler, type RunEvent, type RunPlace } from '../contract.ts';
import { checkMessage } from './check-message.ts';
import { FrameReader, FrameWriter } from './frames.ts';
import { Hello, majorOf, silent, toWire, type Welcome } from './protocol.ts';

/** Bytes of a message before and after the token was shown. */
const LONGEST_HELLO = 4096;
const LONGEST_MESSAGE = 2 ** 20;
/** Requests of one client that wait for their answers; it has to wait with more. */
const MOST_UNANSWERED = 16;
/** Bytes of events that a client may be behind. */
const MOST_WAITING = 2 ** 23;
/** Milliseconds until the token must have been shown, and for what is on its way when the run ends. */
const HELLO_WITHIN = 5_000;
const LAST_WORDS = 1_000;

export interface Served {
  readonly token: string;
  readonly handle: ControlHandler;
  readonly place: () => RunPlace;
}

export class ServedClient {
  private readonly reader: FrameReader;
  private readonly connection: MessageConnection;
  private isKnown = false;
  private isRefused = false;
  private isSubscribed = false;

  constructor(
    private readonly socket: Socket,
    private readonly served: Served,
  ) {
    this.reader = new FrameReader(socket, { longest: LONGEST_HELLO, mostUnanswered: MOST_UNANSWERED });
    const writer = new FrameWriter(socket, {
      mostWaiting: MOST_WAITING,
      onWritten: (message) => this.hasWritten(message),
    });
    this.connection = createMessageConnection(this.reader, writer, silent);
    this.connection.onError(() => socket.destroy());
    this.connection.onClose(() => this.connection.dispose());
    this.connection.onRequest((method: string, params: unknown) =>
      this.answer(method, params).catch((error: unknown) => {
        throw toWire(error);
      }),
    );
    this.connection.listen();
    void this.expectHello();
  }

  /** Tells an event to a client that has subscribed. */
  tell(event: RunEvent): void {
    if (!this.isSubscribed || this.socket.destroyed) return;
    this.connection.sendNotification('event', event).catch(() => this.socket.destroy());
  }

  /** Ends the connection when what is on its way has arrived, or does not. */
  async end(): Promise<void> {
    const begin = performance.now();
    const isLate = () => performance.now() - begin > LAST_WORDS;
    while (this.reader.unanswered > 0 && !this.socket.destroyed && !isLate()) await setTimeout(10);
    this.socket.destroySoon();
    if (!this.socket.closed)
      await Promise.race([once(this.socket, 'close'), setTimeout(LAST_WORDS, undefined, { ref: false })]);
    this.socket.destroy();
  }

  private async answer(method: string, params: unknown): Promise<unknown> {
    if (this.isRefused || (!this.isKnown && method !== 'hello')) {
      this.socket.destroy();
      return undefined;
    }
    switch (method) {
      case 'hello':
        return this.greet(params);
      case 'control':
        return this.served.handle(checkMessage(params));
      case 'subscribe':
        this.isSubscribed = true;
        return {};
      default:
        throw usageError(
          `A run answers \`hello\`, \`control\` and \`subscribe\`, not \`${shown(method).slice(1, -1)}\`.`,
        );
    }
  }

  private greet(params: unknown): Welcome {
    // unless all is well
    this.isRefused = true;
    const hello = Hello.safeParse(params).data;
    if (!hello) throw usageError(`\`hello\` needs \`token\`, \`v\` and \`client\`, not \`${shown(params)}\`.`);
    if (!isSame(hello.token, this.served.token))
      throw usageError('The token is wrong; the right one is in the `control.json` of the run directory.');
    if (majorOf(hello.v) !== majorOf(CONTRACT_VERSION))
      throw usageError(
        `\`${hello.client}\` speaks version \`${hello.v}\` of the contract, and this run version \`${CONTRACT_VERSION}\`: ` +
          'use a dmd-lab of the same major version.',
      );
    [this.isKnown, this.isRefused] = [true, false];
    this.reader.limits.longest = LONGEST_MESSAGE;
    return { v: CONTRACT_VERSION, pid: process.pid, ...this.served.place() };
  }

  private hasWritten(message: Message): void {
    if (!Message.isResponse(message)) return;
    this.reader.answered();
    if (this.isRefused) this.socket.destroySoon();
  }

  private async expectHello(): Promise<void> {
    await setTimeout(HELLO_WITHIN, undefined, { ref: false });
    // after a long step, what came meanwhile is read and answered first
    await setImmediate();
    await setImmediate();
    if (!this.isKnown) this.socket.destroy();
  }
}

/** Compares in a time that tells nothing of `right`. */
function isSame(given: string, right: string): boolean {
  const [a, b] = [given, right].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}

/**
 * JSON-RPC messages on a socket, each behind a `Content-Length` header as in the Language Server Protocol, with bounds on all
 * that a stranger could make grow. The package's own reader has none, and its writer needs several turns of the event loop
 * for a message, of which a training gives one a step.
 */
import type { Socket } from 'node:net';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  Disposable,
  Message,
  type DataCallback,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/node';

const LONGEST_HEADER = 1024;
const HEADER_END = '\r\n\r\n';

export interface ReaderLimits {
  /** Bytes of a message. */
  longest: number;
  /** Takes requests alone, and no more while so many are unanswered: the sender has to wait. */
  readonly mostUnanswered?: number;
}

/** Reads messages; bytes that are none, or claim to be too many, end the connection. */
export class FrameReader extends AbstractMessageReader implements MessageReader {
  private chunks: Buffer[] = [];
  private size = 0;
  /** Of the message whose header has been read. */
  private length: number | undefined;
  private callback: DataCallback = () => undefined;
  private unanswered_ = 0;

  constructor(
    private readonly socket: Socket,
    readonly limits: ReaderLimits,
  ) {
    super();
  }

  /** Requests taken and not answered yet. */
  get unanswered(): number {
    return this.unanswered_;
  }

  listen(callback: DataCallback): Disposable {
    this.callback = callback;
    this.socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.size += chunk.length;
      this.read();
    });
    this.socket.on('error', (error) => this.fireError(error));
    this.socket.on('close', () => this.fireClose());
    return Disposable.create(() => this.socket.destroy());
  }

  /** Said when a request has been answered. */
  answered(): void {
    this.unanswered_--;
    this.read();
    if (!this.isFull()) this.socket.resume();
  }

  private read(): void {
    try {
      while (!this.socket.destroyed) {
        if (this.isFull()) {
          this.socket.pause();
          return;
        }
        const message = this.next();
        if (!message) return;
        if (this.limits.mostUnanswered === undefined) this.callback(message);
        else if (Message.isRequest(message)) {
          this.unanswered_++;
          this.callback(message);
        }
      }
    } catch (error) {
      this.chunks = [];
      this.socket.destroy(error as Error);
    }
  }

  private isFull(): boolean {
    return this.unanswered_ >= (this.limits.mostUnanswered ?? Infinity);
  }

  /** The next message; undefined until all of it has come. */
  private next(): Message | undefined {
    this.length ??= this.header();
    if (this.length === undefined || this.size < this.length) return undefined;
    const message: unknown = JSON.parse(this.take(this.length).toString());
    this.length = undefined;
    if (typeof message !== 'object' || message === null) throw new Error('A message must be an object.');
    return message as Message;
  }

  /** The length that the header tells; undefined until all of the header has come. */
  private header(): number | undefined {
    if (this.size === 0) return undefined;
    const all = this.joined();
    const end = all.subarray(0, LONGEST_HEADER).indexOf(HEADER_END);
    if (end < 0 && all.length < LONGEST_HEADER) return undefined;
    const told = /^content-length: *(\d{1,15}) *$/im.exec(all.toString('latin1', 0, Math.max(0, end)))?.[1];
    if (told === undefined) throw new Error('A message must begin with a Content-Length header.');
    if (Number(told) > this.limits.longest)
      throw new Error(`A message of ${told} bytes is too long; ${this.limits.longest} is the most.`);
    this.take(end + HEADER_END.length);
    return Number(told);
  }

  private take(count: number): Buffer {
    const all = this.joined();
    this.chunks = all.length > count ? [all.subarray(count)] : [];
    this.size -= count;
    return all.subarray(0, count);
  }

  private joined(): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}

export interface WriterLimits {
  /** Bytes of notifications that may wait for the other side to read; beyond that the connection ends. */
  readonly mostWaiting: number;
  /** Told when the socket has taken a message. */
  readonly onWritten: (message: Message) => void;
}

/** Writes messages; each reaches the socket at once. */
export class FrameWriter extends AbstractMessageWriter implements MessageWriter {
  private waiting = 0;

  constructor(
    private readonly socket: Socket,
    private readonly limits?: WriterLimits,
  ) {
    super();
    socket.on('error', (error) => this.fireError(error));
    socket.on('close', () => this.fireClose());
  }

  async write(message: Message): Promise<void> {
    const body = Buffer.from(JSON.stringify(message));
    const counted = Message.isNotification(message) ? body.length : 0;
    if (counted > 0 && this.limits && this.waiting > this.limits.mostWaiting) {
      this.socket.destroy(new Error('The other side does not read.'));
      return;
    }
    this.waiting += counted;
    await new Promise<void>((resolve, reject) => {
      this.socket.cork();
      this.socket.write(`Content-Length: ${body.length}${HEADER_END}`);
      this.socket.write(body, (error) => (error ? reject(error) : resolve()));
      this.socket.uncork();
    });
    this.waiting -= counted;
    this.limits?.onWritten(message);
  }

  end(): void {
    this.socket.end();
  }

  override dispose(): void {
    super.dispose();
    this.socket.destroy();
  }
}

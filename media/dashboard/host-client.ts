/**
 * The page's end of the transport: asks the host, and hands on what it tells.
 */
import {
  PROTOCOL_VERSION,
  type Envelope,
  type HostMessage,
  type PageTransport,
  type Request,
  type Requests,
  type RequestType,
} from '../../src/dashboard/protocol.ts';

export interface Answer<Type extends RequestType> {
  readonly ok: Requests[Type]['reply'];
  readonly buffers: readonly ArrayBuffer[];
}

/** What comes without being asked for. */
export type Told = Exclude<HostMessage, { type: 'reply' }>;

/** Why the host refused; `message` is for people. */
export class HostError extends Error {
  constructor(
    message: string,
    readonly kind: string,
  ) {
    super(message);
  }
}

export class HostClient {
  private nextId = 1;
  private readonly waiting = new Map<
    number,
    { resolve: (answer: Answer<RequestType>) => void; reject: (error: HostError) => void }
  >();

  constructor(
    private readonly transport: PageTransport,
    private readonly onTold: (envelope: Envelope<Told>) => void,
    onClose: (reason: string) => void,
  ) {
    transport.onMessage((envelope) => this.take(envelope));
    transport.onClose((reason) => {
      for (const { reject } of this.waiting.values()) reject(new HostError(reason, 'closed'));
      this.waiting.clear();
      onClose(reason);
    });
    transport.send({ type: 'hello', v: PROTOCOL_VERSION });
  }

  /** Asks the host. Rejects with a `HostError` when it refuses or is gone. */
  ask<Type extends RequestType>(
    type: Type,
    ask: Requests[Type]['ask'],
    buffers: readonly ArrayBuffer[] = [],
  ): Promise<Answer<Type>> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (answer: Answer<RequestType>) => void, reject });
      this.transport.send({ type, id, ...ask } as unknown as Request, buffers);
    });
  }

  private take({ message, buffers }: Envelope<HostMessage>): void {
    if (message.type !== 'reply') return this.onTold({ message, buffers });
    const asked = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('error' in message) asked?.reject(new HostError(message.error.message, message.error.kind));
    else asked?.resolve({ ok: message.ok, buffers });
  }
}

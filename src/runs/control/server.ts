/**
 * A run that takes messages: its socket, and those who are connected to it.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { CONTRACT_VERSION, type ControlHandler, type RunEvent, type RunPlace } from '../contract.ts';
import { removeAddress, writeAddress } from './address.ts';
import { ServedClient } from './served-client.ts';
import { listenFor } from './socket-place.ts';

/** Clients at once; more are hung up on. */
const MOST_CLIENTS = 32;

export interface ControlOptions {
  /** The run directory. */
  readonly directory: string;
  readonly handle: ControlHandler;
  /** Where the run is now. */
  readonly place: () => RunPlace;
  /** Lets `listener` be told of every event from now on. */
  readonly onEvent: (listener: (event: RunEvent) => void) => void;
}

export interface Control {
  /** The path of the socket. */
  readonly path: string;
  /**
   * Removes socket and `control.json`, and takes no more messages. Each connection ends, unwaited for, when what is on its
   * way has arrived, or after a second: a message that ends the run is answered by then too.
   */
  close(): Promise<void>;
}

/**
 * Opens the run in `directory` to messages. A failure says why it cannot be opened;
 * a run goes on without.
 */
export async function openControl({ directory, handle, place, onEvent }: ControlOptions): Promise<Control> {
  const token = randomBytes(32).toString('base64url');
  const clients = new Set<ServedClient>();
  const server = createServer((socket) => {
    const client = new ServedClient(socket, { token, handle, place });
    clients.add(client);
    socket.once('close', () => clients.delete(client));
  });
  server.maxConnections = MOST_CLIENTS;
  const path = await listenFor(directory, server);
  // one that cannot be accepted, for want of file handles say, is no reason to end a training
  server.on('error', () => undefined);
  // who waits for messages alone holds on to the process himself
  server.unref();
  try {
    await writeAddress(directory, { v: CONTRACT_VERSION, path, token, pid: process.pid });
  } catch (error) {
    server.close();
    throw error;
  }
  onEvent((event) => {
    for (const client of clients) client.tell(event);
  });
  return {
    path,
    close: async () => {
      server.close();
      for (const client of clients) void client.end();
      await removeAddress(directory, token);
    },
  };
}

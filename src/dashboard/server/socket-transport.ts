/**
 * The host's end of a WebSocket to a page: frames in both directions.
 */
import { setTimeout } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import { messageOf } from '../../errors.ts';
import { decodeFrame, encodeFrame } from '../framing.ts';
import type { HostTransport, PageMessage } from '../protocol.ts';

/** Bytes that may wait for a page to read them before a long history waits too. */
const MOST_WAITING = 2 ** 24;
/** Milliseconds between questions whether the page is still there. */
const PING_EVERY = 30_000;

/** What closes a socket that sent what is no frame: a code for data of the wrong kind. */
const UNSUPPORTED_DATA = 1003;

export function socketTransport(socket: WebSocket, onBroken: (message: string) => void): HostTransport {
  keepAlive(socket);
  return {
    send(message, buffers = []) {
      if (socket.readyState === socket.OPEN) socket.send(encodeFrame({ message, buffers }));
    },
    async drained() {
      while (socket.readyState === socket.OPEN && socket.bufferedAmount > MOST_WAITING) await setTimeout(5);
    },
    onMessage(listener) {
      socket.on('message', (data: RawData, isBinary: boolean) => {
        try {
          if (!isBinary) throw new Error('a frame is bytes, not text');
          const { message, buffers } = decodeFrame(data as Buffer);
          listener({ message: message as PageMessage, buffers });
        } catch (error) {
          onBroken(messageOf(error));
          socket.close(UNSUPPORTED_DATA);
        }
      });
    },
    onClose(listener) {
      socket.on('close', () => listener('The page is gone.'));
    },
    close() {
      socket.close();
    },
  };
}

/** Ends a connection whose other end has vanished without a word, as those over SSH do. */
function keepAlive(socket: WebSocket): void {
  let isThere = true;
  socket.on('pong', () => (isThere = true));
  // what the protocol itself refuses, and what the network breaks, ends the connection; nothing else
  socket.on('error', () => socket.terminate());
  const timer = setInterval(() => {
    if (!isThere) return socket.terminate();
    isThere = false;
    socket.ping();
  }, PING_EVERY).unref();
  socket.on('close', () => clearInterval(timer));
}

/**
 * The page's end of a WebSocket to `dmd-lab dashboard`.
 */
import { decodeFrame, encodeFrame } from '../../../src/dashboard/framing.ts';
import type { HostMessage, PageTransport } from '../../../src/dashboard/protocol.ts';

/** Connects to the server that the page came from; what is sent before that has happened waits. */
export function webSocketTransport(url = new URL('socket', location.href)): PageTransport {
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  let waiting: Uint8Array<ArrayBuffer>[] | undefined = [];
  socket.addEventListener('open', () => {
    for (const frame of waiting ?? []) socket.send(frame);
    waiting = undefined;
  });
  return {
    send(message, buffers = []) {
      const frame = encodeFrame({ message, buffers });
      if (waiting) waiting.push(frame);
      else if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    onMessage(listener) {
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        const { message, buffers } = decodeFrame(new Uint8Array(data));
        listener({ message: message as HostMessage, buffers });
      });
    },
    onClose(listener) {
      socket.addEventListener('close', () => listener('The dashboard has ended, or the connection to it broke.'));
    },
    close() {
      socket.close();
    },
  };
}

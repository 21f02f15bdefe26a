/**
 * ZeroMQ's sockets, of the library that tslab brings.
 */
import { createRequire } from 'node:module';
import type * as ZeroMq from 'zeromq';
import type { Publisher, Reply, Router } from 'zeromq';

export const zeromq = (): typeof ZeroMq => {
  const require = createRequire(__filename);
  return createRequire(require.resolve('tslab'))('zeromq') as typeof ZeroMq;
};

/** Sends one after another, as ZeroMQ wants it, all of it and in order. */
export function sender(socket: Publisher | Router | Reply): (frames: (string | Buffer)[]) => void {
  let last: Promise<void> = Promise.resolve();
  return (frames) => {
    // a socket that is closed has nobody to tell
    last = last.then(() => socket.send(frames)).catch(() => undefined);
  };
}

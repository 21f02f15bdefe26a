/**
 * Jupyter's control channel and heartbeat, for the thread that stays awake: interrupting and ending are heard while a cell is
 * at work, and a kernel that is only busy is not taken for a dead one.
 */
import type { Reply } from 'zeromq';
import { kernelInfo } from './info.ts';
import { sender, zeromq } from './sockets.ts';
import { address, read, write, type Connection } from './wire.ts';

/** Answers on both; rejects when a port is taken. */
export async function serveControl(connection: Connection, on: { interrupt(): void; end(): void }): Promise<void> {
  const { Reply, Router } = zeromq();
  const heart = new Reply({ linger: 0 });
  await heart.bind(address(connection, connection.hb_port));
  void beat(heart);
  const socket = new Router({ linger: 1000, sendHighWaterMark: 0 });
  const send = sender(socket);
  await socket.bind(address(connection, connection.control_port));
  const answers: Record<string, () => object> = {
    interrupt_request: () => (on.interrupt(), { status: 'ok' }),
    shutdown_request: () => (on.end(), { status: 'ok', restart: false }),
    kernel_info_request: kernelInfo,
  };
  for await (const frames of socket) {
    const parent = read(connection.key, frames);
    const content = parent && answers[parent.header.msg_type]?.();
    if (!content) continue;
    const type = parent.header.msg_type.replace('request', 'reply');
    send(write(connection.key, { parent, type, content }));
  }
}

async function beat(heart: Reply): Promise<void> {
  for await (const frames of heart) await heart.send(frames);
}

/**
 * Jupyter's control channel, for the thread that stays awake: interrupting and ending are heard while a cell is at work.
 */
import { kernelInfo } from './info.ts';
import { sender, zeromq } from './sockets.ts';
import { address, read, write, type Connection } from './wire.ts';

/** Listens on the control channel; rejects when its port is taken. */
export async function serveControl(connection: Connection, on: { interrupt(): void; end(): void }): Promise<void> {
  const { Router } = zeromq();
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

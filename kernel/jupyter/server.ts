/**
 * The kernel as one of Jupyter's: shell and news over ZeroMQ. The control channel and the heartbeat are the guard's.
 */
import type { Router } from 'zeromq';
import type { KernelProcess } from '../main.ts';
import type { Output } from '../protocol.ts';
import { complete, explain, isComplete } from '../questions.ts';
import { kernelInfo } from './info.ts';
import { sender, zeromq } from './sockets.ts';
import { address, read, write, type Connection, type Message } from './wire.ts';

/** Serves Jupyter until it ends the kernel; rejects when the ports of `connection` are taken. */
export async function serveJupyter({ session, end }: KernelProcess, connection: Connection): Promise<void> {
  const { Publisher, Router } = zeromq();
  // nothing is dropped, however slowly it is read
  const all = { linger: 1000, sendHighWaterMark: 0 };
  const [shell, stdin, iopub] = [new Router(all), new Router(all), new Publisher(all)];
  await Promise.all([
    shell.bind(address(connection, connection.shell_port)),
    stdin.bind(address(connection, connection.stdin_port)),
    iopub.bind(address(connection, connection.iopub_port)),
  ]);
  const [publish, answer] = [sender(iopub), sender(shell)];
  const news = (parent: Message, type: string, content: object) =>
    publish(write(connection.key, { parent, type, content, news: true }));

  const execute = async (parent: Message): Promise<object> => {
    const { code, silent, stop_on_error } = parent.content;
    const tell = (output: Output) => {
      if (silent !== true) news(parent, ...asJupyter(output));
    };
    let error: object = {};
    const { status, executionCount } = await session.execute({
      code: String(code),
      stopOnError: stop_on_error !== false,
      tell: (output) => {
        if (output.type === 'error') error = asJupyter(output)[1];
        tell(output);
      },
    });
    return { status, execution_count: executionCount, ...error, ...(status === 'ok' && { user_expressions: {} }) };
  };
  const answers: Record<string, (parent: Message) => object | Promise<object>> = {
    kernel_info_request: kernelInfo,
    execute_request: execute,
    complete_request: ({ content }) => {
      const { start, end, matches } = complete(session, ...cursorIn(content));
      const types = matches.map(({ name, kind }) => ({ start, end, text: name, type: kind }));
      const names = matches.map(({ name }) => name);
      const metadata = { _jupyter_types_experimental: types };
      return { status: 'ok', cursor_start: start, cursor_end: end, matches: names, metadata };
    },
    inspect_request: ({ content }) => {
      const found = explain(session, ...cursorIn(content));
      const text = found ? [found.signature, found.documentation].filter(Boolean).join('\n\n') : '';
      return { status: 'ok', found: found !== undefined, data: found ? { 'text/plain': text } : {}, metadata: {} };
    },
    is_complete_request: ({ content }) => isComplete(session, String(content.code)),
    comm_info_request: () => ({ status: 'ok', comms: {} }),
    history_request: () => ({ status: 'ok', history: [] }),
    shutdown_request: () => ({ status: 'ok', restart: false }),
  };

  const handle = async (parent: Message): Promise<void> => {
    const type = parent.header.msg_type;
    news(parent, 'status', { execution_state: 'busy' });
    if (type === 'execute_request') {
      const { code } = parent.content;
      news(parent, 'execute_input', { code, execution_count: session.nextCount });
    }
    const content = await answers[type]?.(parent);
    const reply = type.replace('request', 'reply');
    if (content) answer(write(connection.key, { parent, type: reply, content }));
    news(parent, 'status', { execution_state: 'idle' });
    if (type === 'shutdown_request') await end();
  };
  for await (const parent of messages(shell, connection.key)) void handle(parent);
}

async function* messages(socket: Router, key: string): AsyncGenerator<Message> {
  for await (const frames of socket) {
    const message = read(key, frames);
    if (message) yield message;
  }
}

/** Code and cursor, which Jupyter counts in characters and TypeScript in UTF-16 units. */
function cursorIn({ code, cursor_pos }: Message['content']): [string, number] {
  const text = String(code);
  return [text, [...text].slice(0, Number(cursor_pos)).join('').length];
}

/** An output as the type and content of a message of Jupyter's. */
function asJupyter(output: Output): [string, object] {
  switch (output.type) {
    case 'stream':
      return ['stream', { name: output.name, text: output.text }];
    case 'display':
    case 'update-display': {
      const { data, metadata, displayId } = output;
      const transient = displayId === undefined ? {} : { display_id: displayId };
      return [output.type === 'display' ? 'display_data' : 'update_display_data', { data, metadata, transient }];
    }
    case 'result': {
      const { data, metadata, executionCount } = output;
      return ['execute_result', { data, metadata, execution_count: executionCount }];
    }
    case 'error':
      return ['error', { ename: output.name, evalue: output.message, traceback: output.traceback }];
    case 'clear':
      return ['clear_output', { wait: output.wait }];
  }
}

/**
 * The kernel as the process that a `KernelClient` has forked.
 */
import type { KernelProcess } from './main.ts';
import type { FromKernel, Request } from './protocol.ts';
import { complete, explain } from './questions.ts';

/** Answers what the client asks, from here on. */
export function serveFork({ session, end }: KernelProcess): void {
  const send = (message: FromKernel) => {
    // a client that is gone hears nothing
    if (process.connected) process.send!(message, undefined, undefined, () => undefined);
  };
  const answer = async (request: Request): Promise<unknown> => {
    const { id, type, ask } = request;
    if (type === 'execute') return session.execute({ ...ask, tell: (output) => send({ type: 'output', id, output }) });
    if (type === 'complete') return complete(session, ask.code, ask.cursor);
    if (type === 'inspect') return explain(session, ask.code, ask.cursor);
    return end();
  };
  process.on('message', (request: Request) => {
    answer(request).then(
      (answer) => send({ type: 'answer', id: request.id, answer: answer as never }),
      (error: unknown) => send({ type: 'refused', id: request.id, reason: String(error) }),
    );
  });
  send({ type: 'ready' });
}

/**
 * One message to a live run, and its reply.
 */
import type { ControlMessage, ControlReply } from '../runs/contract.ts';

/** Said at Ctrl-C by commands that watch a run of others. */
export const WAITS_NO_MORE = 'no longer waiting; the run goes on';

/** What the live run in `directory` answers to `message`, which is checked first. Aborted, it throws the signal's reason. */
export async function askRun<Message extends ControlMessage>(
  directory: string,
  message: Message,
  signal: AbortSignal,
): Promise<ControlReply<Message['type']>> {
  const { checkMessage } = await import('../runs/control/check-message.ts');
  const { connectRun } = await import('../runs/control/client.ts');
  checkMessage(message);
  const connection = await connectRun(directory, { client: 'dmd-lab control' });
  const hangUp = () => connection.close();
  signal.addEventListener('abort', hangUp);
  try {
    signal.throwIfAborted();
    return await connection.send(message);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    hangUp();
  }
}

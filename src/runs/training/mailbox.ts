/**
 * Where a run takes messages, from before it can do what they ask.
 */
import { failure, messageOf, usageError } from '../../errors.ts';
import type { ControlHandler, ControlMessage, ControlReply, RunPlace } from '../contract.ts';
import { openControl, type Control } from '../control/server.ts';
import type { RunDirectory } from '../directory/directory.ts';

export const placeOf = ({ status: { state, iteration, step } }: RunDirectory): RunPlace => ({ state, iteration, step });

export class Mailbox {
  private handler: ControlHandler | undefined;
  private control: Control | undefined;

  private constructor(
    private readonly run: RunDirectory,
    private readonly stopper: AbortController,
  ) {}

  /** Opens `run` to messages; that it cannot be is no reason not to train. Until `handTo`, `stopper` alone can act. */
  static async open(run: RunDirectory, stopper: AbortController): Promise<Mailbox> {
    const mailbox = new Mailbox(run, stopper);
    try {
      mailbox.control = await openControl({
        directory: run.path,
        handle: (message) => (mailbox.handler ? mailbox.handler(message) : mailbox.answerEarly(message)),
        place: () => placeOf(run),
        onEvent: (listener) => run.onEvent(listener),
      });
    } catch (error) {
      run.event({ type: 'warning', message: `${messageOf(error)} The run goes on without being steered.` });
    }
    return mailbox;
  }

  /** Lets `handler` answer from now on. */
  handTo(handler: ControlHandler): void {
    this.handler = handler;
  }

  /** Takes no more messages. */
  async close(): Promise<void> {
    await this.control?.close();
  }

  /** A run whose pairs are still being made can be stopped, and nothing else. */
  private async answerEarly<Message extends ControlMessage>({ type }: Message): Promise<ControlReply<Message['type']>> {
    if (type !== 'stop') throw usageError(`The run is still starting; \`${type}\` must wait for that.`);
    this.stopper.abort(failure('The run was stopped before its first step.'));
    return placeOf(this.run) as ControlReply<Message['type']>;
  }
}

/**
 * Steering the run that is shown, and why that may not be possible now.
 */
import type { ControlMessage, ControlReply } from '../../../src/runs/contract.ts';
import { short } from '../format.ts';
import { stateOf } from '../run-state.ts';
import type { Session } from '../session.ts';

/** Sends a message to the run that is shown. What goes wrong is reported, and gives undefined. */
export async function control<Message extends ControlMessage>(
  session: Session,
  message: Message,
): Promise<ControlReply<Message['type']> | undefined> {
  const model = session.current.value;
  if (!model) return undefined;
  try {
    const { ok } = await session.host.ask('control', { run: model.run, message });
    // the host tells of it later; the reader has pressed a button now
    const head = model.head.peek();
    const slow = message.type === 'setSlow' ? message.milliseconds : head.status.slow;
    model.head.value = { ...head, status: { ...head.status, state: ok.state, slow } };
    return ok as ControlReply<Message['type']>;
  } catch (error) {
    session.report(error);
    return undefined;
  }
}

/** Why a run takes no messages now; undefined when it does. Reads signals. */
export function whyNotLive(session: Session): string | undefined {
  const model = session.current.value;
  if (!model) return 'Open a run first.';
  if (session.hostKind === 'replay') return 'A replay only shows.';
  if (session.connection.value.state !== 'open') return 'The connection to the host is lost.';
  if (model.head.value.live) return undefined;
  const state = stateOf(model);
  if (state === 'interrupted') return 'Its process is gone.';
  return `The run ${state === 'failed' ? 'has failed' : `is ${state}`}.`;
}

/** Why the run takes no single step now: it must be paused. Reads signals. */
export function whyNoStep(session: Session): string | undefined {
  const why = whyNotLive(session);
  if (why) return why;
  return session.current.value?.head.value.status.state === 'paused' ? undefined : 'Pause the run first.';
}

/** Keeps a checkpoint, and says where. */
export async function checkpoint(session: Session): Promise<void> {
  const reply = await control(session, { type: 'checkpoint' });
  if (reply) session.toasts.show(`Checkpoint of step ${reply.step}: ${reply.path}`);
}

/** Judges the generator as it is, and says what comes out. */
export async function evaluate(session: Session): Promise<void> {
  const reply = await control(session, { type: 'evaluate' });
  if (!reply) return;
  const { frechet, kl } = reply.figures;
  const figure =
    frechet !== undefined
      ? `Fréchet distance ${short(frechet)}`
      : kl !== undefined
        ? `KL ${short(kl)} nats`
        : 'there is no measure for this teacher';
  session.toasts.show(`Step ${reply.step}: ${figure}.`);
}

/** Writes the generator as files, and says which. */
export async function exportGenerator(session: Session): Promise<void> {
  const reply = await control(session, { type: 'export' });
  if (reply) session.toasts.show(`Written into the run's directory: ${reply.files.join(', ')}`);
}

/** Writes the whole run as one HTML file, and says where. */
export async function exportReplay(session: Session): Promise<void> {
  const run = session.current.value?.run;
  if (run === undefined) return;
  try {
    const { ok } = await session.host.ask('replay', { run });
    session.toasts.show(`The run as one file: ${ok.path}`);
  } catch (error) {
    session.report(error);
  }
}

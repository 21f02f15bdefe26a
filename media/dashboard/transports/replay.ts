/**
 * A host within the page: it tells what was recorded of a run, and starts, steers and computes nothing.
 */
import { decodeFrame } from '../../../src/dashboard/framing.ts';
import {
  PROTOCOL_VERSION,
  type Envelope,
  type HostMessage,
  type PageMessage,
  type PageTransport,
  type Request,
  type Requests,
} from '../../../src/dashboard/protocol.ts';
import { RECORDING_ELEMENT, type Recording } from '../../../src/dashboard/replay/recording.ts';

/** The recording in this page, where there is one. */
export const findRecording = (): HTMLElement | null => document.getElementById(RECORDING_ELEMENT);

/** Answers from the recording in `element`. */
export function replayTransport(element: HTMLElement): PageTransport {
  const listeners: ((envelope: Envelope<HostMessage>) => void)[] = [];
  const tell = (message: HostMessage, buffers: readonly ArrayBuffer[] = []): void => {
    for (const listener of listeners) listener({ message, buffers });
  };
  const reading = read(element);
  return {
    send(message) {
      reading.then(
        (envelope) => answer(message, envelope, tell),
        (error: unknown) => tell({ type: 'problem', message: `This replay cannot be read: ${String(error)}` }),
      );
    },
    onMessage: (listener) => listeners.push(listener),
    onClose: () => undefined,
    close: () => undefined,
  };
}

async function read(element: HTMLElement): Promise<Envelope<Recording>> {
  const text = atob(element.textContent);
  const bytes = Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const { message, buffers } = decodeFrame(new Uint8Array(await new Response(stream).arrayBuffer()));
  return { message: message as Recording, buffers };
}

type Tell = (message: HostMessage, buffers?: readonly ArrayBuffer[]) => void;

function answer(message: PageMessage, { message: recording, buffers }: Envelope<Recording>, tell: Tell): void {
  const { head, summary, history, files, checkpoints, leftOut } = recording;
  if (message.type === 'hello') {
    tell({ type: 'welcome', v: PROTOCOL_VERSION, host: 'replay', canStart: false, show: head.run, runs: [summary] });
    return;
  }
  const reply = <Type extends Request['type']>(ok: Requests[Type]['reply'], with_: readonly ArrayBuffer[] = []): void =>
    tell({ type: 'reply', id: message.id, ok }, with_);
  const refuse = (text: string): void =>
    tell({ type: 'reply', id: message.id, error: { kind: 'usage', message: text } });
  switch (message.type) {
    case 'runs':
      return reply<'runs'>({ runs: [summary] });
    case 'open':
      if (message.run !== head.run) return refuse('This replay holds another run.');
      reply<'open'>(head);
      history.forEach((part, i) =>
        tell(
          { type: 'history', run: head.run, events: part.events, done: i === history.length - 1 },
          part.buffers.map((buffer) => buffers[buffer]!),
        ),
      );
      if (leftOut !== undefined) tell({ type: 'problem', message: leftOut });
      return;
    case 'close':
    case 'show':
      return reply<'close'>({});
    case 'file': {
      const buffer = Object.hasOwn(files, message.path) ? buffers[files[message.path]!] : undefined;
      return buffer ? reply<'file'>({}, [buffer.slice(0)]) : refuse(`This replay does not hold \`${message.path}\`.`);
    }
    case 'checkpoints':
      return reply<'checkpoints'>({ iterations: checkpoints });
    default:
      return refuse('A replay only shows. Open the run itself, with dmd-lab dashboard, for this.');
  }
}

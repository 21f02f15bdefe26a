/**
 * What the dashboard's page and its host say to each other, over a WebSocket in a browser, `postMessage` in a webview, or
 * from within the page itself when a run is replayed. The page imports types and the few constants alone.
 *
 * The page says `hello` first, and gets nothing before `welcome`. Then it asks; every request is answered once, by its id.
 */
import type { ConfigInput } from '../distillation/config.ts';
import type { ControlMessage, ControlReply, RunEvent } from '../runs/contract.ts';
import type { RunSummary } from '../runs/directory/list.ts';
import type { Notes, NotesChange } from '../runs/directory/notes.ts';
import type { Status } from '../runs/directory/status.ts';

/** Page and host come from one package; another version is refused. */
export const PROTOCOL_VERSION = 1;

/** The numbers of a step that the page draws, in the order of the columns. */
export const stepColumns = [
  'iteration',
  /** Seconds since the run's first event. */
  'time',
  'seconds',
  'lossDm',
  'lossReg',
  'lossFake',
  'gradientNorm',
  'fakeGradientNorm',
  'dmGradientNorm',
  'brightnessMean',
  'brightnessStd',
  'imagesPerSecond',
] as const;
export type StepColumn = (typeof stepColumns)[number];

/** A run that is open: all that does not come as events. */
export interface RunHead {
  /** What names the run in every message: opaque to the page. */
  readonly run: string;
  /** The directory, for people. */
  readonly path: string;
  readonly status: Status;
  /** Whether a process works on it and takes messages. */
  readonly live: boolean;
  readonly notes: Notes;
}

/** Images or points, [n, …shape] one after another. */
export interface Drawn {
  readonly shape: readonly number[];
  /** Which of the message's buffers holds them, as float32. */
  readonly buffer: number;
  /** Median seconds that one image took in this batch. */
  readonly secondsPerImage: number;
}

/** What the page may ask, and what it gets. */
export interface Requests {
  runs: { ask: object; reply: { runs: readonly RunSummary[] } };
  /** Afterwards `history` comes, and then `events` as they happen. */
  open: { ask: { run: string }; reply: RunHead };
  close: { ask: { run: string }; reply: object };
  /** Tells which of the open runs the page shows; a host that has a title for the page puts it there. */
  show: { ask: { run: string }; reply: object };
  /** Of a run that has ended only `inspect` and `export` are answered, from its last checkpoint. */
  control: { ask: { run: string; message: ControlMessage }; reply: ControlReply };
  /** A file that an event named, as the reply's only buffer. */
  file: { ask: { run: string; path: string }; reply: object };
  checkpoints: { ask: { run: string }; reply: { iterations: readonly number[] } };
  /** Samples on demand: of noise from `seed`, or along the way from one seed's noise to another's. */
  generate: {
    ask: {
      run: string;
      /** Default: the last. */
      checkpoint?: number;
      seed: number;
      /** The other end of an interpolation. */
      toSeed?: number;
      count: number;
      labels?: readonly number[];
      /** Also through the teacher's sampler, with as many steps. */
      teacherSteps?: number;
    };
    reply: { oneStep: Drawn; teacher?: Drawn & { readonly nfe: number } };
  };
  /** Starts a run in a process of its own; `mixture` is a teacher that was drawn: modes of equal weight. */
  start: {
    ask: {
      config: ConfigInput;
      preset?: 'quick' | 'long';
      mixture?: { means: readonly (readonly [number, number])[]; std: number };
    };
    reply: { run: string };
  };
  /** Goes on with a run that has not finished, from its last checkpoint, in a process of its own. */
  resume: { ask: { run: string }; reply: object };
  /** Changes what is named, and leaves the rest to other pages; an empty `name` takes the title away. */
  saveNotes: { ask: { run: string; notes: NotesChange }; reply: { notes: Notes } };
  /** The whole run as one HTML file that replays without a host; `path` where the host has put it. */
  replay: { ask: { run: string }; reply: { path: string } };
  /** Lets the person choose where to keep bytes (a chart, a picture); the request's only buffer. Browsers download. */
  save: { ask: { name: string; mime: string }; reply: object };
}
export type RequestType = keyof Requests;

export type Hello = { readonly type: 'hello'; readonly v: number };

export type Request<Type extends RequestType = RequestType> = {
  [T in Type]: { readonly type: T; readonly id: number } & Requests[T]['ask'];
}[Type];

export type PageMessage = Hello | Request;

export type Reply<Type extends RequestType = RequestType> =
  | { readonly type: 'reply'; readonly id: number; readonly ok: Requests[Type]['reply'] }
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly error: { readonly kind: string; readonly message: string };
    };

export type HostMessage =
  | {
      readonly type: 'welcome';
      readonly v: number;
      readonly host: 'browser' | 'vscode' | 'replay';
      /** Whether `start` and `resume` are answered (a replay and an untrusted workspace start nothing). */
      readonly canStart: boolean;
      /** The run to show first, and those whose curves are laid over its own. */
      readonly show?: string;
      readonly overlay?: readonly string[];
      readonly runs: readonly RunSummary[];
    }
  /** The list changed. */
  | { readonly type: 'runs'; readonly runs: readonly RunSummary[] }
  /**
   * A part of what has happened so far: the steps as one float32 buffer for each of `stepColumns` (NaN where a step has
   * no such number), all other events, and single updates by hand, as they are. `done` with the last part.
   */
  | { readonly type: 'history'; readonly run: string; readonly events: readonly RunEvent[]; readonly done: boolean }
  /** What has just happened. A `started` of iteration k takes back what was told of later iterations. */
  | { readonly type: 'events'; readonly run: string; readonly events: readonly RunEvent[] }
  | { readonly type: 'status'; readonly run: string; readonly status: Status; readonly live: boolean }
  /** What people write about a run has changed, here or elsewhere. */
  | { readonly type: 'notes'; readonly run: string; readonly notes: Notes }
  /** Something of this host went wrong that belongs to no request. */
  | { readonly type: 'problem'; readonly message: string }
  | Reply;

/** What a transport carries: a message, and numbers too many for JSON. */
export interface Envelope<Message> {
  readonly message: Message;
  readonly buffers: readonly ArrayBuffer[];
}

/** One end of a transport. */
export interface Transport<In, Out> {
  send(message: Out, buffers?: readonly ArrayBuffer[]): void;
  onMessage(listener: (envelope: Envelope<In>) => void): void;
  /** The other end is gone. */
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

export type PageTransport = Transport<HostMessage, PageMessage>;
export type HostTransport = Transport<PageMessage, HostMessage> & {
  /** Resolves when little is left of what was sent: a long history waits for a slow reader. Absent: always at once. */
  drained?(): Promise<void>;
};

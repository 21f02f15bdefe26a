/**
 * The host's end of the transport: greets a page, checks what it asks, and answers.
 */
import { join } from 'node:path';
import { DmdError, messageOf, usageError } from '../errors.ts';
import { checkpointsFolder, listCheckpoints } from '../runs/directory/checkpoints.ts';
import { changeNotes } from '../runs/directory/notes.ts';
import type { Helper } from './helper/helper.ts';
import type { KnownRuns } from './known-runs.ts';
import { OpenRun } from './open-run.ts';
import { checkHello, checkRequest, idOf } from './page-messages.ts';
import {
  PROTOCOL_VERSION,
  type Envelope,
  type HostMessage,
  type HostTransport,
  type PageMessage,
  type Request,
  type Requests,
  type RequestType,
} from './protocol.ts';
import { readRunFile } from './run-files.ts';

/** Requests of one page that wait for their answers at most. */
const MOST_UNANSWERED = 128;

export interface HostOptions {
  readonly kind: 'browser' | 'vscode';
  readonly runs: KnownRuns;
  /** Paths of runs to show first: one, and those that are laid over it. */
  readonly show?: readonly string[];
  /** Answers what runs that have ended are asked. */
  readonly helper: Helper;
  /** Starts a run and gives its directory; absent where nothing may be started. */
  readonly start?: (ask: Requests['start']['ask']) => Promise<string>;
  /** Goes on with the run in a directory; absent where nothing may be started. */
  readonly resume?: (directory: string) => Promise<void>;
  /** Why nothing may be steered or computed now; undefined where it may. Absent: always. */
  readonly refusal?: () => string | undefined;
  /** Writes the replay of the run in a directory and gives its path. */
  readonly replay: (directory: string) => Promise<string>;
  /** Lets the person choose where to keep bytes; absent where pages do that themselves. */
  readonly save?: (ask: Requests['save']['ask'], bytes: ArrayBuffer) => Promise<void>;
  /** Told of a page that breaks the protocol, once. */
  readonly log?: (message: string) => void;
}

/** What steers or computes. */
const acting: readonly RequestType[] = ['control', 'generate', 'start', 'resume'];

/** Serves the page at the other end of `transport` until that is gone. */
export function serveHost(transport: HostTransport, options: HostOptions): void {
  const session = new Session(transport, options);
  transport.onMessage((envelope) => void session.take(envelope));
  transport.onClose(() => session.end());
}

interface Answer<Type extends RequestType> {
  readonly ok: Requests[Type]['reply'];
  readonly buffers?: readonly ArrayBuffer[];
  /** Done when the answer is on its way. */
  readonly after?: () => void;
}

type Answers = {
  readonly [Type in RequestType]: (
    ask: Requests[Type]['ask'],
    buffers: readonly ArrayBuffer[],
  ) => Promise<Answer<Type>>;
};

class Session {
  private greeting: Promise<void> | undefined;
  private hasLogged = false;
  private unanswered = 0;
  private readonly opened = new Map<string, OpenRun>();
  private readonly ending = new AbortController();

  constructor(
    private readonly transport: HostTransport,
    private readonly options: HostOptions,
  ) {}

  async take({ message, buffers }: Envelope<PageMessage>): Promise<void> {
    if (!this.greeting) {
      this.greeting = this.greet(message);
      return this.greeting;
    }
    // nothing comes before `welcome`
    await this.greeting;
    if (this.ending.signal.aborted) return;
    this.unanswered++;
    try {
      if (this.unanswered > MOST_UNANSWERED)
        throw usageError(
          `\`${MOST_UNANSWERED}\` requests wait for their answers already. Ask again when they have come.`,
        );
      const request = this.check(message);
      const { ok, buffers: answered = [], after } = await this.answer(request, buffers);
      await this.tell({ type: 'reply', id: request.id, ok }, answered);
      after?.();
    } catch (error) {
      const kind = error instanceof DmdError ? error.kind : 'internal';
      const text = messageOf(error);
      const id = idOf(message);
      await this.tell(
        id === undefined ? { type: 'problem', message: text } : { type: 'reply', id, error: { kind, message: text } },
      );
    } finally {
      this.unanswered--;
    }
  }

  end(): void {
    this.ending.abort();
  }

  private async greet(message: object): Promise<void> {
    const hello = checkHello(message);
    if (hello?.v !== PROTOCOL_VERSION) {
      const text = hello
        ? `This page speaks version \`${hello.v}\` of the protocol, and its host version ${PROTOCOL_VERSION}. Load the page again.`
        : 'A page must say `hello` first.';
      this.log(text);
      await this.tell({ type: 'problem', message: text });
      this.end();
      this.transport.close();
      return;
    }
    const { kind: host, runs, start, show = [] } = this.options;
    const list = await runs.list().catch((error: unknown) => {
      this.options.log?.(messageOf(error));
      return [];
    });
    await this.tell({
      type: 'welcome',
      v: PROTOCOL_VERSION,
      host,
      canStart: start !== undefined,
      show: show[0],
      overlay: show.slice(1),
      runs: list,
    });
    const stop = runs.watch((list) => void this.tell({ type: 'runs', runs: list }));
    this.ending.signal.addEventListener('abort', stop);
    if (this.ending.signal.aborted) stop();
  }

  /** The request in `message`. A usage error, told to the log once, when it breaks the protocol. */
  private check(message: object): Request {
    try {
      return checkRequest(message);
    } catch (error) {
      this.log(messageOf(error));
      throw error;
    }
  }

  private answer({ type, id: _, ...ask }: Request, buffers: readonly ArrayBuffer[]): Promise<Answer<RequestType>> {
    const refusal = acting.includes(type) ? this.options.refusal?.() : undefined;
    if (refusal !== undefined) return Promise.reject(usageError(refusal));
    const answer = this.answers[type] as (ask: object, buffers: readonly ArrayBuffer[]) => Promise<Answer<RequestType>>;
    return answer(ask, buffers);
  }

  private readonly answers: Answers = {
    runs: async () => ({ ok: { runs: await this.options.runs.list() } }),

    open: async ({ run }) => {
      const path = await this.find(run);
      const { tell, ending } = this;
      const opened = await OpenRun.open({ run, path, helper: this.options.helper, tell, signal: ending.signal });
      this.close(run);
      this.opened.set(run, opened);
      return { ok: opened.head, after: () => opened.tell() };
    },

    close: async ({ run }) => {
      this.close(run);
      return Promise.resolve({ ok: {} });
    },

    show: async ({ run }) => {
      this.requireOpen(run);
      return Promise.resolve({ ok: {} });
    },

    control: async ({ run, message }) => ({ ok: await this.requireOpen(run).control(message) }),

    file: async ({ run, path }) => ({ ok: {}, buffers: [await readRunFile(await this.find(run), path)] }),

    checkpoints: async ({ run }) => {
      const found = await listCheckpoints(join(await this.find(run), checkpointsFolder));
      return { ok: { iterations: found.map(({ iteration }) => iteration) } };
    },

    generate: async ({ run, ...ask }) => this.options.helper.generate(await this.find(run), ask, this.ending.signal),

    start: async (ask) => {
      const { start, runs } = this.options;
      if (!start) throw usageError('Nothing is started from here: this page only shows.');
      const path = await start(ask);
      runs.add(path);
      return { ok: { run: path } };
    },

    resume: async ({ run }) => {
      const { resume } = this.options;
      if (!resume) throw usageError('Nothing is started from here: this page only shows.');
      await resume(await this.find(run));
      return { ok: {} };
    },

    saveNotes: async ({ run, notes: { name, tags, notes } }) => {
      const change = {
        ...(name !== undefined && { name }),
        ...(tags && { tags }),
        ...(notes !== undefined && { notes }),
      };
      return { ok: { notes: await changeNotes(await this.find(run), () => change) } };
    },

    replay: async ({ run }) => ({ ok: { path: await this.options.replay(await this.find(run)) } }),

    save: async (ask, [bytes]) => {
      if (!this.options.save) throw usageError('A page in a browser keeps what it has made itself.');
      if (!bytes) throw usageError(`There are no bytes to keep as \`${ask.name}\`.`);
      await this.options.save(ask, bytes);
      return { ok: {} };
    },
  };

  private readonly tell = async (message: HostMessage, buffers: readonly ArrayBuffer[] = []): Promise<void> => {
    if (this.ending.signal.aborted) return;
    this.transport.send(message, buffers);
    await this.transport.drained?.();
  };

  private find(run: string): Promise<string> {
    return this.options.runs.find(run);
  }

  private requireOpen(run: string): OpenRun {
    const opened = this.opened.get(run);
    if (!opened) throw usageError(`The run \`${run}\` is not open. Open it first.`);
    return opened;
  }

  private close(run: string): void {
    this.opened.get(run)?.close();
    this.opened.delete(run);
  }

  private log(text: string): void {
    if (!this.hasLogged) this.options.log?.(`A page broke the protocol. ${text}`);
    this.hasLogged = true;
  }
}

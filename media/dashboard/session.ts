/**
 * The page's `App`: keeps the connection to the host, the runs that are open and where the reader is in them.
 */
import { batch, effect, signal, type Signal } from '@preact/signals-core';
import type { Envelope, HostMessage } from '../../src/dashboard/protocol.ts';
import type { RunSummary } from '../../src/runs/directory/list.ts';
import type { App, Cursor, ViewName } from './app.ts';
import { Toasts } from './components/toast.ts';
import { h } from './dom.ts';
import { HostClient, type Told } from './host-client.ts';
import { OpenRuns } from './open-runs.ts';
import { Settings } from './settings.ts';
import { timelineOf } from './timeline.ts';
import type { Surroundings } from './transports/choose.ts';

export type Connection =
  { readonly state: 'connecting' | 'open' } | { readonly state: 'lost'; readonly reason: string };

/** Milliseconds before the first and between later attempts to reach a host that is gone. */
const [FIRST_WAIT, LONGEST_WAIT] = [500, 8_000];

/** Where the reader has left a run. */
interface Place {
  readonly run: string;
  readonly iteration: number;
}

const isPlace = (value: unknown): value is Place | null =>
  value === null ||
  (typeof value === 'object' &&
    'run' in value &&
    typeof value.run === 'string' &&
    'iteration' in value &&
    Number.isInteger(value.iteration));

export class Session implements App {
  host: HostClient;
  hostKind: App['hostKind'] = 'browser';
  canStart = false;
  readonly runs: Signal<readonly RunSummary[]> = signal([]);
  readonly open: App['open'];
  readonly close: App['close'];
  readonly cursor: Signal<Cursor> = signal({ iteration: 0, following: true });
  readonly focus: App['focus'] = signal({ sample: 0, t: undefined });
  readonly settings: Settings;
  readonly connection: Signal<Connection> = signal({ state: 'connecting' });
  /** The view that was gone to last; a new object each time. */
  readonly gone: Signal<{ readonly to: ViewName } | undefined> = signal(undefined);
  /** Whether keys without Ctrl or Alt act. */
  readonly singleKeys: Signal<boolean>;
  readonly toasts = new Toasts();
  /** Read out when it changes. */
  readonly voice = h('div', { class: 'unseen', attrs: { 'aria-live': 'polite', role: 'status' } });
  private readonly opened: OpenRuns;
  private wait = FIRST_WAIT;
  private hasWelcome = false;

  /** `onWelcome` is called once, when the host has answered for the first time. */
  constructor(
    private readonly surroundings: Surroundings,
    private readonly onWelcome: () => void,
  ) {
    this.settings = new Settings(surroundings.settings);
    this.singleKeys = this.settings.signal('singleKeys', true, (value) => typeof value === 'boolean');
    const memory = new Settings(surroundings.memory);
    this.opened = new OpenRuns(
      (type, ask) => this.host.ask(type, ask),
      memory,
      (error) => this.report(error),
    );
    this.open = (run, how) => this.opened.open(run, how);
    this.close = (run) => this.opened.close(run);
    this.followNewest(memory.signal<Place | null>('place', null, isPlace));
    this.host = this.connect();
  }

  get current(): App['current'] {
    return this.opened.current;
  }

  get overlaid(): App['overlaid'] {
    return this.opened.overlaid;
  }

  announce(text: string): void {
    this.voice.textContent = text;
  }

  report(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.toasts.show(text, 'bad');
    this.announce(text);
  }

  go(view: ViewName): void {
    this.gone.value = { to: view };
  }

  private connect(): HostClient {
    return new HostClient(
      this.surroundings.connect(),
      (envelope) => this.take(envelope),
      (reason) => {
        this.connection.value = { state: 'lost', reason };
        setTimeout(() => (this.host = this.connect()), this.wait);
        this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
      },
    );
  }

  private take({ message, buffers }: Envelope<Told>): void {
    switch (message.type) {
      case 'welcome':
        return this.welcome(message);
      case 'runs':
        this.runs.value = message.runs;
        return;
      case 'problem':
        return this.report(message.message);
      default:
        return this.opened.take(message, buffers);
    }
  }

  private welcome(message: Extract<HostMessage, { type: 'welcome' }>): void {
    this.wait = FIRST_WAIT;
    batch(() => {
      this.hostKind = message.host;
      this.canStart = message.canStart;
      this.runs.value = message.runs;
      this.connection.value = { state: 'open' };
    });
    if (this.hasWelcome) {
      void this.opened.reopen();
      return;
    }
    this.hasWelcome = true;
    this.onWelcome();
    void this.opened.restore(message);
  }

  /**
   * The cursor goes along with the newest of the run that is shown, until the reader moves it: then it stays in `place`,
   * through a reload as well.
   */
  private followNewest(place: Signal<Place | null>): void {
    let before: string | undefined;
    effect(() => {
      const model = this.current.value;
      if (model?.run !== before) {
        before = model?.run;
        const left = place.peek();
        this.cursor.value =
          model && left?.run === model.run
            ? { iteration: left.iteration, following: false }
            : { iteration: 0, following: true };
      }
      const cursor = this.cursor.value;
      if (model) place.value = cursor.following ? null : { run: model.run, iteration: cursor.iteration };
      const newest = model && timelineOf(model).value.at(-1);
      const { iteration, following } = this.cursor.value;
      if (following && newest !== undefined && newest !== iteration)
        this.cursor.value = { iteration: newest, following: true };
    });
  }
}

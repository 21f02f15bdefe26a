/**
 * The runs whose curves are drawn, the one that is shown among them; and what the host tells of each.
 */
import { batch, signal, type Signal } from '@preact/signals-core';
import type { HostMessage } from '../../src/dashboard/protocol.ts';
import type { HostClient } from './host-client.ts';
import { RunModel } from './run-model.ts';
import type { Settings } from './settings.ts';

type OfRun = Extract<HostMessage, { type: 'history' | 'events' | 'status' | 'notes' }>;
type Welcome = Extract<HostMessage, { type: 'welcome' }>;

export class OpenRuns {
  readonly current: Signal<RunModel | undefined> = signal(undefined);
  readonly overlaid: Signal<readonly RunModel[]> = signal([]);
  /** What is told of a run goes to its model here. */
  private readonly told = new Map<string, RunModel>();
  /** Told of runs whose opening is not answered yet. */
  private early: { message: OfRun; buffers: readonly ArrayBuffer[] }[] = [];
  private opening = 0;
  /** What is going to be opened. */
  private readonly awaited = new Set<string>();
  /** What was open before the page was loaded again. */
  private readonly remembered: Signal<readonly string[]>;

  constructor(
    private readonly ask: HostClient['ask'],
    memory: Settings,
    private readonly report: (error: unknown) => void,
  ) {
    const isPaths = (value: unknown): value is readonly string[] =>
      Array.isArray(value) && value.every((path) => typeof path === 'string');
    this.remembered = memory.signal<readonly string[]>('open', [], isPaths);
  }

  /** Opens a run and shows it in place of the one before, or lays it over. Errors are reported. */
  async open(run: string, how: 'show' | 'overlay'): Promise<void> {
    try {
      const before = this.current.peek();
      const there = this.told.get(run);
      const model = there ?? (await this.request(run, how === 'show' && before ? before.colour : this.freeColour()));
      batch(() => {
        if (!there) this.overlaid.value = [...this.overlaid.peek(), model];
        if (how === 'show') this.current.value = model;
      });
      if (how === 'show' && before && !there) await this.close(before.run);
    } catch (error) {
      this.report(error);
    }
    this.awaited.delete(run);
    this.remember();
  }

  /** Takes a run away. Errors are reported. */
  async close(run: string): Promise<void> {
    this.told.delete(run);
    batch(() => {
      this.overlaid.value = this.overlaid.peek().filter((model) => model.run !== run);
      if (this.current.peek()?.run === run) this.current.value = this.overlaid.peek()[0];
    });
    this.remember();
    await this.ask('close', { run }).catch(this.report);
  }

  /** What was open before a reload, or else what the host says. */
  async restore({ show, overlay = [], runs }: Welcome): Promise<void> {
    const known = new Set([...runs.map(({ path }) => path), ...(show === undefined ? [] : [show]), ...overlay]);
    const before = this.remembered.peek().filter((path) => known.has(path));
    const wanted = before.length > 0 ? before : show === undefined ? [] : [show, ...overlay];
    // a page that is loaded again before they have come asks for them again
    for (const run of wanted) this.awaited.add(run);
    this.remembered.value = wanted;
    for (const [i, run] of wanted.entries()) await this.open(run, i === 0 ? 'show' : 'overlay');
  }

  /** Opens all again at a host that knows nothing of them; each stays as it was until all of it has come. */
  async reopen(): Promise<void> {
    this.told.clear();
    for (const old of this.overlaid.peek()) {
      try {
        const model = await this.request(old.run, old.colour);
        const stop = model.complete.subscribe((complete) => {
          if (!complete) return;
          batch(() => {
            this.overlaid.value = this.overlaid.peek().map((other) => (other === old ? model : other));
            if (this.current.peek() === old) this.current.value = model;
          });
          queueMicrotask(() => stop());
        });
      } catch (error) {
        this.report(error);
      }
    }
  }

  /** Takes what the host tells of a run. */
  take(message: OfRun, buffers: readonly ArrayBuffer[]): void {
    const model = this.told.get(message.run);
    if (!model) {
      if (this.opening > 0) this.early.push({ message, buffers });
      return;
    }
    switch (message.type) {
      case 'history':
        return model.takeHistory(message, buffers);
      case 'events':
        return model.takeEvents(message.events);
      case 'status':
        model.head.value = { ...model.head.peek(), status: message.status, live: message.live };
        return;
      case 'notes':
        model.head.value = { ...model.head.peek(), notes: message.notes };
    }
  }

  private async request(run: string, colour: number): Promise<RunModel> {
    this.opening++;
    try {
      const { ok: head } = await this.ask('open', { run });
      const model = new RunModel(head, colour);
      this.told.set(run, model);
      for (const { message, buffers } of this.early) if (message.run === run) this.take(message, buffers);
      return model;
    } finally {
      this.opening--;
      if (this.opening === 0) this.early = [];
    }
  }

  private freeColour(): number {
    const taken = new Set(this.overlaid.peek().map(({ colour }) => colour));
    let colour = 0;
    while (taken.has(colour)) colour++;
    return colour;
  }

  /** The one that is shown comes first, and the host is told when it is another. */
  private remember(): void {
    const shown = this.current.peek();
    if (shown && shown.run !== this.remembered.peek()[0]) void this.ask('show', { run: shown.run }).catch(this.report);
    const others = this.overlaid.peek().filter((model) => model !== shown);
    const open = [...(shown ? [shown] : []), ...others].map(({ run }) => run);
    this.remembered.value = [...open, ...this.awaited];
  }
}

/**
 * A run as the page knows it: what its host has told so far, in order, and a signal for each part that views draw.
 */
import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import { stepColumns, type HostMessage, type RunHead } from '../../src/dashboard/protocol.ts';
import { stepRow } from '../../src/dashboard/step-row.ts';
import type { RunEvent } from '../../src/runs/contract.ts';
import { Columns } from './columns.ts';
import { bounded, shownOf, type Shown } from './shown.ts';

/** Events as the page holds them: points of samples as numbers in a row. */
type Told = Exclude<RunEvent, { type: 'samples' }> | Shown;
type EventOf<Type extends RunEvent['type']> = Extract<Told, { type: Type }>;
type Kept = 'samples' | 'nearest' | 'probe' | 'layers' | 'evaluation' | 'checkpoint' | 'warning';

export class RunModel {
  readonly steps = new Columns();
  /** Counts changes of `steps`. */
  readonly stepsVersion: Signal<number> = signal(0);
  readonly head: Signal<RunHead>;
  readonly started: Signal<EventOf<'started'> | undefined> = signal(undefined);
  readonly ended: Signal<EventOf<'finished'> | EventOf<'failed'> | undefined> = signal(undefined);
  /** Whether all that had happened before the run was opened is here. */
  readonly complete: Signal<boolean> = signal(false);
  /** The last step that was told of, by the run or by hand. */
  readonly lastStep: Signal<EventOf<'step'> | undefined> = signal(undefined);
  /** Single updates that somebody asked for, oldest first; they are no steps of the run. */
  readonly byHand: Signal<readonly EventOf<'step'>[]> = signal([]);
  /** Milliseconds since 1970 of the run's first event. */
  private begin: number | undefined;
  private readonly kept: { [Type in Kept]: Signal<readonly EventOf<Type>[]> } = {
    samples: signal([]),
    nearest: signal([]),
    probe: signal([]),
    layers: signal([]),
    evaluation: signal([]),
    checkpoint: signal([]),
    warning: signal([]),
  };

  constructor(
    head: RunHead,
    /** Its place in the list of colours, the same everywhere as long as the run is open. */
    readonly colour: number,
  ) {
    this.head = signal(head);
  }

  get run(): string {
    return this.head.value.run;
  }

  /** All events of a kind, oldest first; of samples with points, which take memory, as many as it is good for. */
  events<Type extends Kept>(type: Type): ReadonlySignal<readonly EventOf<Type>[]> {
    return this.kept[type];
  }

  /** Takes a part of the history: the steps as columns, the rest as events. */
  takeHistory({ events, done }: Extract<HostMessage, { type: 'history' }>, buffers: readonly ArrayBuffer[]): void {
    batch(() => {
      this.takeEvents(events);
      if (buffers.length === stepColumns.length) {
        this.steps.append(buffers.map((buffer) => new Float32Array(buffer)));
        this.stepsVersion.value++;
      }
      if (done) this.complete.value = true;
    });
  }

  /** Takes events as they happen. */
  takeEvents(events: readonly RunEvent[]): void {
    batch(() => {
      const added = new Map<Kept, Told[]>();
      for (const event of events) {
        this.begin ??= Date.parse(event.time);
        switch (event.type) {
          case 'started':
            this.restart(event, added);
            break;
          case 'step':
            if (event.by === undefined) this.appendStep(event);
            else this.byHand.value = [...this.byHand.value, event];
            this.lastStep.value = event;
            break;
          case 'finished':
          case 'failed':
            this.ended.value = event;
            break;
          case 'state':
            break;
          default:
            added.set(event.type, [
              ...(added.get(event.type) ?? []),
              event.type === 'samples' ? shownOf(event) : event,
            ]);
        }
      }
      for (const [type, list] of added) {
        const kept = this.kept[type] as Signal<readonly Told[]>;
        kept.value = [...kept.value, ...list];
      }
      if (added.has('samples')) this.kept.samples.value = bounded(this.kept.samples.value);
    });
  }

  /** A run, or a resumed one, begins: what was told of later iterations no longer holds. */
  private restart(event: EventOf<'started'>, added: Map<Kept, Told[]>): void {
    this.started.value = event;
    this.ended.value = undefined;
    this.steps.truncate(event.iteration);
    this.stepsVersion.value++;
    const holds = (told: Told) => !('iteration' in told) || told.iteration <= event.iteration;
    this.byHand.value = this.byHand.value.filter(holds);
    for (const [type, list] of added) added.set(type, list.filter(holds));
    for (const kept of Object.values(this.kept) as Signal<readonly Told[]>[]) {
      kept.value = kept.value.filter(holds);
    }
  }

  private appendStep(event: EventOf<'step'>): void {
    const row = stepRow(event, { begin: this.begin!, config: this.started.value?.config });
    this.steps.append(row.map((value) => Float32Array.of(value)));
    this.stepsVersion.value++;
  }
}

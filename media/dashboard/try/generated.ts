/**
 * What has been drawn on demand: one step at once, the teacher's when it is done.
 */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals-core';
import type { Drawn, Requests } from '../../../src/dashboard/protocol.ts';
import type { App } from '../app.ts';
import { Latest } from './latest.ts';
import type { Wishes } from './wishes.ts';

type Ask = Requests['generate']['ask'];
type Reply = Requests['generate']['reply'];

export interface Batch {
  readonly values: Float32Array;
  /** [n, …]. */
  readonly shape: readonly number[];
  readonly secondsPerImage: number;
  readonly nfe: number;
  /** What was asked for. */
  readonly of: Ask;
}

export interface Side {
  readonly batch?: Batch;
  readonly busy: boolean;
  /** Why there is nothing, or nothing newer. */
  readonly problem?: string;
}

export interface Generated {
  readonly oneStep: ReadonlySignal<Side>;
  readonly teacher: ReadonlySignal<Side>;
  /** Whether anything has been asked for of this run. */
  readonly begun: ReadonlySignal<boolean>;
  /** Asks for what is wished now. */
  again(): void;
}

/** Milliseconds that wishes rest before they are asked for. */
const REST = 180;

/** Follows `wishes` while `active`, from the first `again` on. */
export function generated(app: App, wishes: Wishes, active: ReadonlySignal<boolean>): Generated {
  const times = signal(0);
  const begun = signal(false);
  const run = computed(() => app.current.value?.run);
  const now = computed(() => (active.value && begun.value ? wishes.ask.value : undefined));
  const taught = computed(
    () => now.value && wishes.withTeacher.value && { ...now.value, teacherSteps: wishes.teacherSteps.value },
  );
  effect(() => {
    void run.value;
    begun.value = false;
  });
  return {
    oneStep: side(app, now, times, ({ oneStep }) => ({ ...oneStep, nfe: 1 })),
    teacher: side(app, taught, times, ({ teacher }) => teacher!),
    begun,
    again() {
      begun.value = true;
      times.value++;
    },
  };
}

/** Asks for what `wish` says when it changes, or anew with `times`. */
function side(
  app: App,
  wish: ReadonlySignal<Ask | false | undefined>,
  times: ReadonlySignal<number>,
  pick: (reply: Reply) => Drawn & { readonly nfe: number },
): ReadonlySignal<Side> {
  const shown = signal<Side>({ busy: false });
  const run = computed(() => app.current.value?.run);
  const latest = new Latest<Ask>(async (ask) => {
    let next: Partial<Side>;
    try {
      const { ok, buffers } = await app.host.ask('generate', ask);
      const { shape, buffer, secondsPerImage, nfe } = pick(ok);
      next = { batch: { values: new Float32Array(buffers[buffer]!), shape, secondsPerImage, nfe, of: ask } };
    } catch (error) {
      next = { batch: shown.peek().batch, problem: error instanceof Error ? error.message : String(error) };
    }
    // another run may be shown by now
    if (run.peek() === ask.run) shown.value = { ...next, busy: latest.waits };
  });
  effect(() => {
    void run.value;
    shown.value = { busy: false };
  });
  let timer: number | undefined;
  let asked = '';
  effect(() => {
    const ask = wish.value;
    const key = JSON.stringify([ask, times.value]);
    clearTimeout(timer);
    if (!ask || key === asked) return;
    shown.value = { ...shown.peek(), busy: true };
    timer = window.setTimeout(() => {
      asked = key;
      latest.ask(ask);
    }, REST);
  });
  return shown;
}

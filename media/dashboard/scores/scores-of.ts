/**
 * The scores that the page looks at, shared by Scores and Method: from the probe at the cursor, or asked for. They are
 * asked for one after another; what has been overtaken meanwhile is passed over.
 */
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import { messageOf } from '../../../src/errors.ts';
import type { ControlReply, Probed } from '../../../src/runs/contract.ts';
import type { App } from '../app.ts';
import { calm } from '../calm.ts';
import type { RunModel } from '../run-model.ts';
import { kindOf } from '../samples/moments.ts';
import { isSigma, nearestLevel } from './levels.ts';
import { readTensors, type Tensor } from './safetensors.ts';
import { seenByInspect, seenByProbe, type Seen } from './seen.ts';

/** `recorded`: what the run has kept. `asked`: of the run as it is, or of its last checkpoint. */
export type Source = 'recorded' | 'asked';

export interface Scores {
  readonly source: Signal<Source>;
  /** Stays until its successor has come. */
  readonly seen: ReadonlySignal<Seen | undefined>;
  readonly asking: ReadonlySignal<boolean>;
  readonly error: ReadonlySignal<string | undefined>;
  /** The probe at the cursor. */
  readonly probe: ReadonlySignal<Probed | undefined>;
  /** Whether the teacher's own unit of noise is σ. */
  readonly ofSigma: ReadonlySignal<boolean>;
  /** Asks only while one of these elements is on the screen. */
  watch(element: HTMLElement): void;
}

/** Milliseconds from one question to the next while a run goes on. */
const ASKED_EVERY = 1000;
/** Probes that are kept in memory; images that are asked for together, and points. */
const [KEPT, IMAGES, POINTS] = [24, 8, 64];

const shared = new WeakMap<App, Scores>();

export function scoresOf(app: App): Scores {
  let scores = shared.get(app);
  if (!scores) shared.set(app, (scores = follow(app)));
  return scores;
}

function follow(app: App): Scores {
  const source = signal<Source>('recorded');
  const seen = signal<Seen | undefined>(undefined);
  const asking = signal(false);
  const error = signal<string | undefined>(undefined);
  const visible = signal<ReadonlySet<Element>>(new Set());
  const probe = computed(() => {
    const events = app.current.value?.events('probe').value ?? [];
    return events.findLast(({ iteration }) => iteration <= app.cursor.value.iteration) ?? events[0];
  });
  const ofSigma = computed(() => {
    const model = app.current.value;
    return probe.value ? isSigma(probe.value) : model !== undefined && kindOf(model) === 'plane';
  });
  const loadProbe = probeFiles(app);
  // asking keeps a run from its steps for a moment
  const step = calm(() => app.current.value?.lastStep.value?.time, ASKED_EVERY);

  let run: string | undefined;
  let asked = '';
  let isBusy = false;
  const turns = signal(0);
  effect(() => {
    void turns.value;
    const model = app.current.value;
    if (model?.run !== run) {
      run = model?.run;
      asked = '';
      seen.value = error.value = undefined;
    }
    if (!model || visible.value.size === 0) return;
    const wanted = source.value === 'recorded' ? recorded(model) : anew(model);
    // what is wanted meanwhile is asked for when its turn comes
    if (!wanted || wanted.question === asked || isBusy) return;
    asked = wanted.question;
    isBusy = asking.value = true;
    void wanted
      .answer()
      .then(
        (answer) => {
          if (model.run !== run) return;
          seen.value = answer;
          error.value = undefined;
        },
        (reason: unknown) => {
          if (model.run === run) error.value = messageOf(reason);
        },
      )
      .finally(() => {
        isBusy = asking.value = false;
        turns.value++;
      });
  });

  /** The last sample that was chosen for which it was decided where its scores come from. */
  let decided = app.focus.peek().sample;
  effect(() => {
    const { sample } = app.focus.value;
    const kept = seen.value?.samples.length;
    if (kept === undefined || sample === decided || source.peek() !== 'recorded') return;
    decided = sample;
    // a run keeps the scores of its first samples
    if (sample >= kept && app.hostKind !== 'replay') source.value = 'asked';
  });

  function recorded(model: RunModel) {
    const event = probe.value;
    if (!event) return undefined;
    const first = kindOf(model) === 'plane' ? 0 : Math.min(1, event.t.length - 1);
    const level = app.focus.value.t === undefined ? first : nearestLevel(event, app.focus.value.t);
    return {
      question: JSON.stringify([model.run, event.tensors, event.time, level]),
      answer: async () => seenByProbe(event, await loadProbe(model, event), level),
    };
  }

  function anew(model: RunModel) {
    const { live } = model.head.value;
    // as long as the reader has chosen none, the level that is shown stays
    const { sample, t = seen.peek()?.t ?? (ofSigma.value ? 0.5 : 400) } = app.focus.value;
    const together = kindOf(model) === 'plane' ? POINTS : IMAGES;
    const first = together * Math.floor(sample / together);
    const samples = Array.from({ length: together }, (_, i) => first + i);
    const moment = live ? step.value : 'ended';
    return {
      question: JSON.stringify([model.run, first, t, moment]),
      async answer() {
        const { ok } = await app.host.ask('control', { run: model.run, message: { type: 'inspect', samples, t } });
        return seenByInspect(ok as ControlReply<'inspect'>);
      },
    };
  }

  const observer = new IntersectionObserver(
    (entries) => {
      const next = new Set(visible.peek());
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) next.add(target);
        else next.delete(target);
      }
      visible.value = next;
    },
    { rootMargin: '200px' },
  );
  return { source, seen, asking, error, probe, ofSigma, watch: (element) => observer.observe(element) };
}

/** Gets the file of a probe, of which the last few are kept. */
function probeFiles(app: App): (model: RunModel, event: Probed & { time?: string }) => Promise<Map<string, Tensor>> {
  const kept = new Map<string, Promise<Map<string, Tensor>>>();
  return (model, event) => {
    const key = `${model.run}\n${event.tensors}\n${event.time}`;
    const there = kept.get(key);
    if (there) return there;
    const file = app.host
      .ask('file', { run: model.run, path: event.tensors })
      .then(({ buffers }) => new Map(readTensors(buffers[0]!)));
    kept.set(key, file);
    file.catch(() => kept.delete(key));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return file;
  };
}

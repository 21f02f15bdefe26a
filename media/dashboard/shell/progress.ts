/**
 * Where the run that is shown is: its step, how fast it goes and how long it still takes.
 */
import { effect, type ReadonlySignal } from '@preact/signals-core';
import { calm } from '../calm.ts';
import { duration, short } from '../format.ts';
import { stateNames, stateOf } from '../run-state.ts';
import type { Session } from '../session.ts';
import { warmupOf } from '../timeline.ts';
import type { RunModel } from '../run-model.ts';

export interface Progress {
  /** `step 412 / 600` */
  readonly place: string;
  /** `1.9 it/s`; empty when no process works on the run. */
  readonly speed: string;
  /** `1 m 38 s left`; empty as above. */
  readonly left: string;
  /** From 0 to 1, over all phases. */
  readonly fraction: number;
}

/** Steps whose median tells the speed. */
const RECENT = 50;
/** Milliseconds between progress that is read out. */
const SAY_EVERY = 30_000;

/** Follows the run that is shown; and reads it out now and then. */
export function progress(session: Session): ReadonlySignal<Progress | undefined> {
  const live = calm(() => {
    const model = session.current.value;
    return model && progressOf(model);
  });
  let [said, saidAt] = ['', 0];
  effect(() => {
    const model = session.current.value;
    const now = live.value;
    if (!model || !now) return;
    const state = stateNames[stateOf(model)];
    if (state === said && (!model.head.value.live || performance.now() - saidAt < SAY_EVERY)) return;
    [said, saidAt] = [state, performance.now()];
    session.announce([state, now.place.replace('/', 'of'), now.left].filter(Boolean).join(', '));
  });
  return live;
}

function progressOf(model: RunModel): Progress {
  void model.stepsVersion.value;
  const { status, live } = model.head.value;
  const told = model.steps.get('iteration').at(-1) ?? 0;
  // a status comes seldom, and says what steps do not: where a run stands that has told of none
  const iteration = Math.max(told, live ? 0 : Math.min(status.iteration, status.iterations));
  const warmup = warmupOf(model);
  const { iterations } = status;
  const count = (value: number) => value.toLocaleString('en');
  const place =
    iteration < warmup || (iteration === warmup && warmup > 0 && live)
      ? `warm-up ${count(iteration)} / ${count(warmup)}`
      : `step ${count(iteration - warmup)} / ${count(iterations - warmup)}`;
  const seconds = medianOf(model.steps.get('seconds').slice(-RECENT));
  const works = live && seconds > 0 && status.state !== 'paused';
  return {
    place,
    speed: works ? `${short(1 / seconds)} it/s` : '',
    left: works ? `${duration((iterations - iteration) * seconds)} left` : '',
    fraction: iterations > 0 ? Math.min(1, iteration / iterations) : 0,
  };
}

const medianOf = (values: Float32Array): number => values.sort()[values.length >> 1] ?? NaN;

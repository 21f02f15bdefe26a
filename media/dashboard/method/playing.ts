/**
 * Which stage of Algorithm 1 is lit: in slow motion and after single steps one after the other, otherwise none.
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals-core';
import type { App } from '../app.ts';
import { stagesOf, type Stage } from './stages.ts';

export interface Playing {
  readonly stage: Stage;
  /** What this step has done before it. */
  readonly before: readonly Stage[];
  readonly number: number;
}

/** Milliseconds: steps that come faster are not played; what a stage takes at least and at most. */
const [SLOW, LEAST, MOST] = [700, 90, 480];

export function playing(app: App): ReadonlySignal<Playing | undefined> {
  const now = signal<Playing | undefined>(undefined);
  let lastAt = -Infinity;
  let timer: number | undefined;
  let known: unknown;
  effect(() => {
    const model = app.current.value;
    const step = model?.lastStep.value;
    const config = model?.started.value?.config;
    const isNew = known === model;
    known = model;
    if (!step || !config || !model?.head.peek().live || !isNew) return;
    const gap = performance.now() - lastAt;
    lastAt = performance.now();
    clearTimeout(timer);
    now.value = undefined;
    if (gap < SLOW) return;
    const stages = stagesOf(step, config);
    // a single step has all the time that there is; in slow motion the next one comes after as long a pause
    const isSingle = model.head.peek().status.state === 'paused';
    const each = isSingle ? MOST : Math.min(MOST, Math.max(LEAST, (0.9 * gap) / stages.length));
    const play = (index: number) => {
      const stage = stages[index];
      now.value = stage && { stage, before: stages.slice(0, index), number: index + 1 };
      if (stage) timer = window.setTimeout(() => play(index + 1), each);
    };
    play(0);
  });
  return now;
}

/**
 * The moments of a run that can be gone back to, and what they are called.
 */
import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { RunModel } from './run-model.ts';

const timelines = new WeakMap<RunModel, ReadonlySignal<readonly number[]>>();

/** The iterations at which a run showed samples, scores or layers, in rising order; each once. */
export function timelineOf(model: RunModel): ReadonlySignal<readonly number[]> {
  let timeline = timelines.get(model);
  if (!timeline) {
    const shown = [model.events('samples'), model.events('probe'), model.events('layers')] as const;
    timeline = computed(() => {
      const all = new Set<number>();
      for (const events of shown) for (const { iteration } of events.value) all.add(iteration);
      return [...all].sort((a, b) => a - b);
    });
    timelines.set(model, timeline);
  }
  return timeline;
}

/** The index of the last of rising `iterations` that is at most `iteration`; −1 when there is none. */
export function indexAt(iterations: ArrayLike<number>, iteration: number): number {
  let [low, high] = [0, iterations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (iterations[middle]! <= iteration) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Steps of the warm-up, which come before step 1. */
export function warmupOf({ started, head }: RunModel): number {
  const { iterations, config } = started.value ?? {};
  if (iterations !== undefined && config) return iterations - config.steps;
  return head.value.status.iterations - head.value.status.steps;
}

/** An iteration as readers count: `step 400`, `warm-up 30`. Reads signals. */
export function nameOfIteration(model: RunModel, iteration: number): string {
  const warmup = warmupOf(model);
  if (iteration === 0) return 'start';
  return iteration <= warmup ? `warm-up ${iteration}` : `step ${iteration - warmup}`;
}

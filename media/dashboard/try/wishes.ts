/**
 * What the reader wishes to be drawn, and whether it can be.
 */
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { Requests } from '../../../src/dashboard/protocol.ts';
import type { App } from '../app.ts';
import { kindOf, type Kind } from '../samples/moments.ts';

export type Way = 'seed' | 'between';
/** Teacher's steps that can be chosen, and images. */
export const [MOST_STEPS, MOST_IMAGES] = [60, 64];
/** Images or points along an interpolation, and points otherwise. */
const [WAY_IMAGES, WAY_POINTS, POINTS] = [16, 64, 256];
/** Seeds that the dice give. */
const SEEDS = 10_000;

export interface Wishes {
  readonly seed: Signal<number>;
  readonly toSeed: Signal<number>;
  readonly way: Signal<Way>;
  /** Of images, when they are not along a way. */
  readonly count: Signal<number>;
  /** Those of the teacher's classes that are wished; empty: all in turn. */
  readonly classes: Signal<readonly number[]>;
  /** Of the checkpoint; undefined: the last. */
  readonly checkpoint: Signal<number | undefined>;
  readonly teacherSteps: Signal<number>;
  readonly withTeacher: Signal<boolean>;
  readonly kind: ReadonlySignal<Kind | undefined>;
  /** What the host is asked for one step; undefined when there is nothing to ask. */
  readonly ask: ReadonlySignal<Requests['generate']['ask'] | undefined>;
}

export function wishesOf(app: App): Wishes {
  const kind = computed(() => app.current.value && kindOf(app.current.value));
  const own = {
    seed: signal(0),
    toSeed: signal(1),
    way: signal<Way>('seed'),
    count: signal(16),
    classes: signal<readonly number[]>([]),
    checkpoint: signal<number | undefined>(undefined),
    teacherSteps: signal(18),
    withTeacher: signal(true),
  };
  const run = computed(() => app.current.value?.run);
  const started = computed(() => app.current.value?.started.value);
  // another run has other classes and checkpoints, and its own sampler
  effect(() => {
    void run.value;
    own.classes.value = [];
    own.checkpoint.value = undefined;
  });
  const steps = computed(() => started.value?.config.samplerSteps);
  effect(() => {
    if (steps.value !== undefined) own.teacherSteps.value = Math.min(MOST_STEPS, steps.value);
  });
  const ask = computed(() => {
    if (run.value === undefined || kind.value === undefined || kind.value === 'other') return undefined;
    const { seed, toSeed, way, classes, checkpoint } = own;
    const isPlane = kind.value === 'plane';
    const isWay = way.value === 'between';
    return {
      run: run.value,
      seed: seed.value,
      count: isWay ? (isPlane ? WAY_POINTS : WAY_IMAGES) : isPlane ? POINTS : own.count.value,
      ...(checkpoint.value !== undefined && { checkpoint: checkpoint.value }),
      ...(isWay && { toSeed: toSeed.value }),
      ...(classes.value.length > 0 && { labels: isWay ? classes.value.slice(0, 1) : classes.value }),
    };
  });
  return { ...own, kind, ask };
}

/** A seed that nobody has thought of. */
export const anySeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! % SEEDS;

/**
 * Where an iteration stands on the x axis: at its number, or at its time.
 */
import { lowerBound, nearestIndex } from '../../../src/runs/charts/thin.ts';
import type { RunModel } from '../run-model.ts';

export type XAxis = 'step' | 'time';

/** How long runs are counted. */
export interface TimeUnit {
  readonly name: string;
  readonly seconds: number;
}

/** A unit in which the longest of `runs` comes to no more than a few hundred. */
export function timeUnit(runs: readonly RunModel[]): TimeUnit {
  const longest = Math.max(0, ...runs.map(({ steps }) => steps.get('time').at(-1) ?? 0));
  if (longest < 300) return { name: 'seconds', seconds: 1 };
  return longest < 3 * 3600 ? { name: 'minutes', seconds: 60 } : { name: 'hours', seconds: 3600 };
}

/** The x of every step of a run. */
export function xOfSteps({ steps }: RunModel, axis: XAxis, unit: TimeUnit): Float32Array {
  return axis === 'step' ? steps.get('iteration') : steps.get('time').map((time) => time / unit.seconds);
}

/** The x of any iteration; undefined when there are no steps to tell its time. */
export function xOfIteration({ steps }: RunModel, iteration: number, axis: XAxis, unit: TimeUnit): number | undefined {
  if (axis === 'step') return iteration;
  const iterations = steps.get('iteration');
  const time = steps.get('time')[Math.min(lowerBound(iterations, iteration), iterations.length - 1)];
  return time === undefined ? undefined : time / unit.seconds;
}

/** The iteration whose step is nearest to `x`; undefined when there are none. */
export function iterationAt(run: RunModel, x: number, axis: XAxis, unit: TimeUnit): number | undefined {
  return run.steps.get('iteration')[nearestIndex(xOfSteps(run, axis, unit), x)];
}

/**
 * What can be done with a run in the state that it is in.
 */
import type { ListedState, RunSummary } from '../../src/runs/list.ts';

const isOneOf =
  (...states: ListedState[]) =>
  ({ state }: Pick<RunSummary, 'state'>): boolean =>
    states.includes(state);

/** It computes, and may be paused. */
export const isWorking = isOneOf('starting', 'warming-up', 'running', 'evaluating');
export const isPaused = isOneOf('paused');
/** A process works on it. */
export const isLive = (run: Pick<RunSummary, 'state'>): boolean => isWorking(run) || isPaused(run);
/** No process works on it, and there is something left to do. */
export const isResumable = isOneOf('stopped', 'failed', 'interrupted');
/** It has told that it is over, or its process is gone. */
export const hasEnded = isOneOf('finished', 'stopped', 'failed', 'interrupted');

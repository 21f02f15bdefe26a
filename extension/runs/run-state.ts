/**
 * What can be done with a run in the state that it is in.
 */
import type { ListedState, RunSummary } from '../../src/runs/directory/list.ts';

const isOneOf =
  (...states: ListedState[]) =>
  ({ state }: Pick<RunSummary, 'state'>): boolean =>
    states.includes(state);

/** It computes, and may be paused. */
export const isWorking = isOneOf('warming-up', 'running', 'evaluating');
export const isPaused = isOneOf('paused');
/** It takes messages; one that is starting does not yet. */
export const isSteerable = isOneOf('warming-up', 'running', 'evaluating', 'paused');
/** A process works on it. */
export const isLive = isOneOf('starting', 'warming-up', 'running', 'evaluating', 'paused');
/** No process works on it, and there is something left to do. */
export const isResumable = isOneOf('stopped', 'failed', 'interrupted');
/** As far as can be told, no process works on it: it may be taken away. */
export const isRemovable = isOneOf('finished', 'stopped', 'failed', 'interrupted', 'unreadable');

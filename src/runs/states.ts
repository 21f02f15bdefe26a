/**
 * The states of a run, apart from the rest of the contract for those who take nothing else of it at run time: the dashboard's
 * page has no room for what checks messages.
 */

export const runStates = [
  'starting',
  'warming-up',
  'running',
  'paused',
  'evaluating',
  'finished',
  'failed',
  'stopped',
] as const;
export type RunState = (typeof runStates)[number];
/** The states that no process works in. */
export const endStates = ['finished', 'failed', 'stopped'] as const satisfies readonly RunState[];

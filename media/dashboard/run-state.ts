/**
 * How a run is, for readers: what its host tells, and whether anybody still works on it.
 */
import type { ListedState } from '../../src/runs/directory/list.ts';
import { endStates } from '../../src/runs/states.ts';
import type { RunModel } from './run-model.ts';

export const stateNames: Readonly<Record<ListedState, string>> = {
  starting: 'starting',
  'warming-up': 'warming up',
  running: 'running',
  paused: 'paused',
  evaluating: 'evaluating',
  finished: 'finished',
  failed: 'failed',
  stopped: 'stopped',
  interrupted: 'interrupted',
  unreadable: 'unreadable',
};

/** `interrupted`: its process is gone without a word. Reads a signal. */
export function stateOf({ head }: RunModel): ListedState {
  const { live, status } = head.value;
  const hasEnded = (endStates as readonly string[]).includes(status.state);
  return live || hasEnded ? status.state : 'interrupted';
}

/** What goes on with a run that was stopped or interrupted. */
export const resumeCommand = ({ head }: RunModel): string => `dmd-lab distill --resume ${quoted(head.value.path)}`;

const quoted = (path: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

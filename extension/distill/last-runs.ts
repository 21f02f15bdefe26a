/**
 * The run that was last started from each configuration file.
 */
import type { Lab } from '../lab.ts';
import type { Run } from '../runs/runs.ts';

/** Where the workspace remembers them. */
const KEY = 'dmd.lastRuns';

export async function rememberRun(lab: Lab, file: string, run: string): Promise<void> {
  const state = lab.context.workspaceState;
  await state.update(KEY, { ...state.get<Record<string, string>>(KEY, {}), [file]: run });
}

/** Undefined when there was none, or it is gone. */
export function lastRunOf(lab: Lab, file: string): Run | undefined {
  const runs = lab.context.workspaceState.get<Record<string, string>>(KEY, {});
  return Object.hasOwn(runs, file) ? lab.runs.find(runs[file]!) : undefined;
}

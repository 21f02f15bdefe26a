/**
 * What a run is called on the page.
 */
import type { RunModel } from './run-model.ts';

/** The title that somebody gave it, or the name of its directory. Reads a signal. */
export function titleOf({ head }: RunModel): string {
  const { path, notes } = head.value;
  return notes.name ?? path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

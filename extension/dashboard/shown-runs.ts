/**
 * Which runs a page of the dashboard shows, as far as it tells: by what it opens, turns to and closes, and by the state that
 * VS Code keeps for it.
 */
import type { PageMessage } from '../../src/dashboard/protocol.ts';

/** `shown` after the page has said `message`; the run that it shows comes first. */
export function shownAfter(shown: readonly string[], message: PageMessage): readonly string[] {
  switch (message.type) {
    case 'hello':
      return [];
    case 'open':
      return [...shown.filter((run) => run !== message.run), message.run];
    case 'show':
      return shown.includes(message.run) ? [message.run, ...shown.filter((run) => run !== message.run)] : shown;
    case 'close':
      return shown.filter((run) => run !== message.run);
    default:
      return shown;
  }
}

/** The paths of the runs in the state that a page has kept; none where it is damaged. */
export function runsOfState(state: unknown): readonly string[] {
  const open = propertyOf(propertyOf(state, 'memory'), 'open');
  return Array.isArray(open) && open.every((path) => typeof path === 'string') ? open : [];
}

const propertyOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

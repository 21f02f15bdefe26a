/**
 * Which runs a page of the dashboard shows, as far as it tells: by what it opens, turns to and closes, and by the state that
 * VS Code keeps for it.
 */
import type { PageMessage } from '../../src/dashboard/protocol.ts';

export interface ShownRuns {
  /** Their paths, the one that the page shows first. */
  readonly paths: readonly string[];
  /** The page was loaded anew: it is going to open them again, or those that it then shows instead. */
  readonly isAwaited: boolean;
}

/** What is shown after the page has said `message`. */
export function shownAfter({ paths, isAwaited }: ShownRuns, message: PageMessage): ShownRuns {
  const without = (run: string) => paths.filter((path) => path !== run);
  switch (message.type) {
    case 'hello':
      return { paths, isAwaited: true };
    case 'open':
      return { paths: [...(isAwaited ? [] : without(message.run)), message.run], isAwaited: false };
    case 'show':
      return { paths: paths.includes(message.run) ? [message.run, ...without(message.run)] : paths, isAwaited };
    case 'close':
      return { paths: without(message.run), isAwaited };
    default:
      return { paths, isAwaited };
  }
}

/** The paths of the runs in the state that a page has kept; none where it is damaged. */
export function runsOfState(state: unknown): readonly string[] {
  const open = propertyOf(propertyOf(state, 'memory'), 'open');
  return Array.isArray(open) && open.every((path) => typeof path === 'string') ? open : [];
}

const propertyOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

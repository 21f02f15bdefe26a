/**
 * Samples that a run has shown, as the page holds them: an hour of a fast run tells of more points than lists of lists
 * have room for.
 */
import type { RunEvent, Sampled } from '../../src/runs/contract.ts';

/** An event `samples`; `points` are [x, y, x, y, …]. */
export type Shown = Omit<Extract<RunEvent, { type: 'samples' }>, 'points'> & { readonly points?: Float32Array };

/** What pictures are drawn by, of a sample of images or of points. */
export type Picture = Pick<Sampled, 'columns' | 'count'>;

/** Bytes of points that are held of a run. */
const MOST_BYTES = 16 * 2 ** 20;

export function shownOf({ points, ...event }: Extract<RunEvent, { type: 'samples' }>): Shown {
  return points ? { ...event, points: Float32Array.from(points.flat()) } : event;
}

/**
 * `events`, oldest first, or when their points take too much memory half of them at most: spread evenly over the run, with
 * those of the teacher, the first and the last.
 */
export function bounded(events: readonly Shown[], most = MOST_BYTES): readonly Shown[] {
  const bytes = events.reduce((sum, { points }) => sum + (points?.byteLength ?? 0), 0);
  if (bytes <= most) return events;
  const [first, last] = [events[0]!, events.at(-1)!];
  const share = most / 2 / (bytes / events.length);
  // of each stretch the first, and stretches that double: those that have been thinned stay as they are meanwhile
  const stretch = 2 ** Math.ceil(Math.log2((last.iteration - first.iteration) / share));
  let before = -1;
  return events.filter((event) => {
    if (event.of === 'teacher' || event === last) return true;
    const now = Math.floor(event.iteration / stretch);
    const isFirst = now !== before;
    before = now;
    return isFirst;
  });
}

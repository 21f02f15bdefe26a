/**
 * Moving along the moments of the run that is shown.
 */
import type { App } from './app.ts';
import { indexAt, timelineOf } from './timeline.ts';

/** Moves the cursor by so many moments; at the last one it follows the newest again. */
export function moveCursor(app: App, by: number): void {
  const model = app.current.peek();
  if (!model) return;
  const moments = timelineOf(model).peek();
  const at = indexAt(moments, app.cursor.peek().iteration);
  moveCursorTo(app, at + by);
}

/** Moves the cursor to the moment with that index. */
export function moveCursorTo(app: App, index: number): void {
  const model = app.current.peek();
  const moments = model ? timelineOf(model).peek() : [];
  const last = moments.length - 1;
  if (last < 0) return;
  const iteration = moments[Math.max(0, Math.min(last, index))]!;
  app.cursor.value = { iteration, following: index >= last };
}

/** Lets the cursor go along with the newest, or stay. */
export function follow(app: App, following: boolean): void {
  app.cursor.value = { ...app.cursor.peek(), following };
}

/**
 * How fast a run goes, from where it was lately.
 */
import type { Speed } from './run-text.ts';

/** Milliseconds that count: long enough for slow steps, short enough to follow a change. */
const WINDOW = 30_000;

export class Pace {
  private places: { readonly iteration: number; readonly time: number }[] = [];

  /** The run was at `iteration` at `time` in milliseconds. */
  add(iteration: number, time: number): void {
    const last = this.places.at(-1);
    // a run that was resumed begins again
    if (last && iteration < last.iteration) this.places = [];
    else if (last?.iteration === iteration || (last && time <= last.time)) return;
    this.places.push({ iteration, time });
    while (this.places.length > 2 && time - this.places[0]!.time > WINDOW) this.places.shift();
  }

  /** What was known no longer holds: the run was paused, or it is another. */
  forget(): void {
    this.places = [];
  }

  /** For a run of `iterations`; undefined before it is known. */
  speed(iterations: number): Speed | undefined {
    const [first, last] = [this.places[0], this.places.at(-1)];
    if (!first || !last || last.time === first.time) return undefined;
    const perSecond = (1000 * (last.iteration - first.iteration)) / (last.time - first.time);
    return { perSecond, secondsLeft: Math.max(0, iterations - last.iteration) / perSecond };
  }
}

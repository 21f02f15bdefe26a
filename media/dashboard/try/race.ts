/**
 * One step and the teacher side by side at the pace that was measured, or slowed down or sped up by the same.
 */
import { signal, type ReadonlySignal } from '@preact/signals-core';

/** Seconds that a race takes for those who watch, at least and at most. */
const [LEAST, MOST] = [1.2, 4];

/** Measured seconds in a second of watching: 1 where that is neither over at once nor tedious. */
export const paceOf = (seconds: number): number => seconds / Math.max(LEAST, Math.min(MOST, seconds));

/** `in real time`, `slowed down 150 times`. */
export function paceWords(pace: number): string {
  if (Math.abs(Math.log(pace)) < 0.05) return 'in real time';
  const times = pace < 1 ? 1 / pace : pace;
  const text = times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString('en');
  return pace < 1 ? `slowed down ${text} times` : `sped up ${text} times`;
}

export class Race {
  private readonly time = signal<number | undefined>(undefined);
  private frame = 0;

  /** Measured seconds since the start; undefined when none is run: all is shown. */
  get elapsed(): ReadonlySignal<number | undefined> {
    return this.time;
  }

  /** Runs until `seconds` that were measured have passed. */
  start(seconds: number): void {
    const begin = performance.now();
    const pace = paceOf(seconds);
    this.stop();
    const next = (now: number) => {
      const measured = Math.max(0, ((now - begin) / 1000) * pace);
      this.time.value = measured < seconds ? measured : undefined;
      if (measured < seconds) this.frame = requestAnimationFrame(next);
    };
    this.time.value = 0;
    this.frame = requestAnimationFrame(next);
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.time.value = undefined;
  }
}

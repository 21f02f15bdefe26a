/**
 * What has been drawn: points, and the way back to what was there before.
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals-core';
import { distanceBetween, type Point } from './plane.ts';

export interface Drawn {
  readonly points: readonly Point[];
  /** Standard deviation of every mode. */
  readonly std: number;
}

/** Points of a drawing at most, and steps back that are kept. */
const [MOST_POINTS, MOST_STEPS] = [3000, 100];
/** What a mode may have, and what can still be told apart on the page. */
export const [LEAST_STD, LARGEST_STD] = [0.03, 0.4];

export class Drawing {
  private readonly shown;
  private readonly before = signal<readonly Drawn[]>([]);
  private readonly after = signal<readonly Drawn[]>([]);
  readonly canUndo: ReadonlySignal<boolean> = computed(() => this.before.value.length > 0);
  readonly canRedo: ReadonlySignal<boolean> = computed(() => this.after.value.length > 0);

  constructor(drawn: Drawn) {
    this.shown = signal(drawn);
  }

  /** What is drawn now. */
  get now(): ReadonlySignal<Drawn> {
    return this.shown;
  }

  /** What follows, until the next `mark`, is undone as one. */
  mark(): void {
    this.before.value = [...this.before.peek(), this.shown.peek()].slice(-MOST_STEPS);
    this.after.value = [];
  }

  /** Puts a point; false when there are as many as there can be. */
  add(point: Point): boolean {
    const { points, std } = this.shown.peek();
    if (points.length >= MOST_POINTS) return false;
    this.shown.value = { points: [...points, point], std };
    return true;
  }

  /** Takes away what is nearer to `centre` than `radius`. */
  erase(centre: Point, radius: number): void {
    const { points, std } = this.shown.peek();
    const left = points.filter((point) => distanceBetween(point, centre) > radius);
    if (left.length < points.length) this.shown.value = { points: left, std };
  }

  /** Puts something else in its place; undone by itself. */
  replace(drawn: Drawn): void {
    this.mark();
    this.shown.value = drawn;
  }

  /** Makes every mode narrower or wider. */
  setStd(std: number): void {
    this.shown.value = { ...this.shown.peek(), std };
  }

  undo(): void {
    this.move(this.before, this.after);
  }

  redo(): void {
    this.move(this.after, this.before);
  }

  private move(from: Steps, to: Steps): void {
    const found = from.peek().at(-1);
    if (!found) return;
    from.value = from.peek().slice(0, -1);
    to.value = [...to.peek(), this.shown.peek()];
    this.shown.value = found;
  }
}

interface Steps {
  value: readonly Drawn[];
  peek(): readonly Drawn[];
}

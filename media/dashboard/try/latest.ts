/**
 * Work that is asked for faster than it is done: one at a time, and of those that wait only the last.
 */
export class Latest<T> {
  private working = false;
  private next: T | undefined;

  /** `work` reports its own errors. */
  constructor(private readonly work: (wish: T) => Promise<void>) {}

  /** Whether something has been asked for that is not begun yet. */
  get waits(): boolean {
    return this.next !== undefined;
  }

  /** Begins, or waits for what is under way in the place of what waited before. */
  ask(wish: T): void {
    this.next = wish;
    if (!this.working) void this.go();
  }

  private async go(): Promise<void> {
    this.working = true;
    while (this.next !== undefined) {
      const wish = this.next;
      this.next = undefined;
      await this.work(wish);
    }
    this.working = false;
  }
}

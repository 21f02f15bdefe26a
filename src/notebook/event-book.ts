/**
 * What a run has told so far, for figures; and who wants to know when there is more.
 */
import type { RunEvent } from '../runs/contract.ts';

export class EventBook {
  private told: RunEvent[] = [];
  private readonly listeners = new Set<(event: RunEvent) => void>();

  /** All that still holds: where the run was resumed, without what had been told of later iterations. */
  get events(): readonly RunEvent[] {
    return this.told;
  }

  add(event: RunEvent): void {
    if (event.type === 'started' && this.told.length > 0)
      this.told = this.told.filter((told) => !('iteration' in told) || told.iteration <= event.iteration);
    this.told.push(event);
    for (const listener of this.listeners) listener(event);
  }

  /** `listener` is told of every event from now on, until what this returns is called. */
  onEvent(listener: (event: RunEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/**
 * Something to time: the same step by our engine and by the peer, from the same numbers.
 */
import type { HostTensors } from './host.ts';

export const groups = ['stacks', 'dmd', 'teacher', 'sampling'] as const;
export type Group = (typeof groups)[number];

export interface Step {
  readonly ms: number;
  /** What the step computed, by name: both sides must find the same. */
  readonly values: Readonly<Record<string, number>>;
}

/** A case on the running engine. */
export interface Loaded {
  readonly step: () => Promise<Step>;
  dispose(): void;
}

export interface BenchCase {
  readonly name: string;
  readonly group: Group;
  /** What test/bench/peer.py is given: which case, its settings and its numbers. */
  readonly peer: { readonly kind: string; readonly options: object; readonly tensors: HostTensors };
  /** Puts the numbers on the running engine. */
  load(): Loaded;
}

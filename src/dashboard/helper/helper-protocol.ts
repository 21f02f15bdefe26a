/**
 * What the dashboard's host asks of its helper process, and what comes back: messages of one package to itself, over the
 * channel of `fork` with typed arrays.
 */
import type { ErrorKind } from '../../errors.ts';
import type { ControlMessage, InspectReply } from '../../runs/contract.ts';
import type { Requests } from '../protocol.ts';

export interface Samples {
  /** [n, …]. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Median seconds that one image took in this batch. */
  readonly secondsPerImage: number;
}

/** A run is named by its directory. */
interface OfRun {
  readonly directory: string;
}

export interface Tasks {
  inspect: { ask: OfRun & { readonly message: Extract<ControlMessage, { type: 'inspect' }> }; reply: InspectReply };
  generate: {
    ask: OfRun & Readonly<Omit<Requests['generate']['ask'], 'run'>>;
    reply: { readonly oneStep: Samples; readonly teacher?: Samples & { readonly nfe: number } };
  };
  /** Paths within the run directory. */
  export: { ask: OfRun; reply: { readonly files: readonly string[] } };
}
export type TaskType = keyof Tasks;

/** One task at a time is asked for. `threads`: as many as it may take; default: all. */
export type Task<Type extends TaskType = TaskType> = {
  [T in Type]: { readonly type: T; readonly id: number; readonly threads?: number; readonly ask: Tasks[T]['ask'] };
}[Type];

/** `cancel`: nobody waits for the answer any more. */
export type ToHelper = Task | { readonly type: 'cancel'; readonly id: number };

export type FromHelper =
  | { readonly id: number; readonly ok: Tasks[TaskType]['reply'] }
  | { readonly id: number; readonly error: { readonly kind: ErrorKind | 'internal'; readonly message: string } };

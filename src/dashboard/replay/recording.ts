/**
 * A run within one HTML file: what the page that replays it is told, and the files that it may ask for. Page and host share it.
 */
import type { RunEvent } from '../../runs/contract.ts';
import type { RunSummary } from '../../runs/directory/list.ts';
import type { RunHead } from '../protocol.ts';

/** The id of the element that holds the recording: a frame with all buffers, compressed by gzip, as base64. */
export const RECORDING_ELEMENT = 'dmd-lab-recording';

export interface Recording {
  /** When it was made, ISO 8601, UTC. */
  readonly made: string;
  /** As it was then, live or not; `path` is not told. */
  readonly head: RunHead;
  readonly summary: RunSummary;
  readonly checkpoints: readonly number[];
  /** What `history` messages tell, and which of the frame's buffers come with each. */
  readonly history: readonly { readonly events: readonly RunEvent[]; readonly buffers: readonly number[] }[];
  /** Files by their path within the run, and which of the frame's buffers each is. */
  readonly files: Readonly<Record<string, number>>;
  /** What was left out, for people; absent: nothing. */
  readonly leftOut?: string;
}

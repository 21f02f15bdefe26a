/**
 * Reads `events.jsonl`, however long it is, without holding it: what is there, what comes, and what of it still holds.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { failure, messageOf } from '../../errors.ts';
import type { RunEvent } from '../contract.ts';
import { LineSplitter } from '../files/lines.ts';
import { parseEvent, type Newer } from './event-line.ts';

export interface ReadOptions {
  /** Told once, when there are events of a later major version, which are passed over. */
  readonly onNewer?: (newer: Newer) => void;
}

/** An event and how many bytes of the file end with it. */
export interface PlacedEvent {
  readonly event: RunEvent;
  readonly end: number;
}

/** The events in `path`, in order; lines that are torn or not ours are passed over. Nothing when there is no such file. */
export async function* readEvents(path: string, options: ReadOptions = {}): AsyncGenerator<RunEvent> {
  for await (const { event } of readPlacedEvents(path, options)) yield event;
}

/** `readEvents`, each event with its place in the file. */
export async function* readPlacedEvents(path: string, options: ReadOptions = {}): AsyncGenerator<PlacedEvent> {
  const lines = new LineSplitter();
  const parse = parser(options);
  for await (const piece of piecesOf(path, 0)) yield* parse(lines.push(piece));
  yield* parse(lines.rest());
}

export interface FollowOptions extends ReadOptions {
  /** How many bytes of the file to pass over; they end with a line. */
  readonly from?: number;
  /** Milliseconds between looks at the file. */
  readonly lookEvery?: number;
  /** Ends the following at once. */
  readonly signal?: AbortSignal;
  /** Asked whenever nothing new has come: whether nothing more will. What has come until then is still given. */
  readonly hasEnded?: () => Promise<boolean>;
}

/**
 * The events in `path` and then those that come, each once. Waits for a file that does not exist yet and for the rest of a
 * line; begins again with a file that was cut short or replaced.
 */
export async function* followEvents(
  path: string,
  { from = 0, lookEvery = 200, signal, hasEnded, ...options }: FollowOptions = {},
): AsyncGenerator<RunEvent> {
  const parse = parser(options);
  let lines = new LineSplitter(from);
  let file: number | undefined;
  let isLast = false;
  while (!signal?.aborted) {
    const found = await stat(path).catch(() => undefined);
    if (found) {
      file ??= found.ino;
      if (found.ino !== file || found.size < lines.end) lines = new LineSplitter();
      file = found.ino;
    }
    const before = lines.end;
    for await (const piece of piecesOf(path, lines.end)) {
      for (const { event } of parse(lines.push(piece))) {
        yield event;
        if (signal?.aborted) return;
      }
    }
    if (lines.end > before) continue;
    if (isLast) return;
    isLast = (await hasEnded?.()) ?? false;
    // the last events may reach the disk a moment after the word that all is over
    await setTimeout(lookEvery, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * The events in `path` that still hold: where a run was resumed at an earlier iteration than it had reached, what was told
 * of the iterations in between is left out. Reads the file twice.
 */
export async function* readHistory(path: string, options: ReadOptions = {}): AsyncGenerator<RunEvent> {
  const starts: number[] = [];
  for await (const event of readEvents(path)) if (event.type === 'started') starts.push(event.iteration);
  // for what comes before each start, the last iteration that holds
  const lastHeld = starts.toReversed();
  for (let i = 1; i < lastHeld.length; i++) lastHeld[i] = Math.min(lastHeld[i]!, lastHeld[i - 1]!);
  lastHeld.reverse();
  let begun = 0;
  for await (const event of readEvents(path, options)) {
    if (event.type === 'started') begun++;
    if (!('iteration' in event) || event.iteration <= (lastHeld[begun] ?? Infinity)) yield event;
  }
}

/** The bytes of `path` from `start` on; none when there is no such file. A failure when it cannot be read. */
async function* piecesOf(path: string, start: number): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { start }) as AsyncIterable<Buffer>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw failure(`\`${path}\` cannot be read: ${messageOf(error)}.`, error);
  }
}

/** The events in lines. */
function parser({ onNewer }: ReadOptions) {
  let hasTold = false;
  return function* (lines: Iterable<{ text: string; end: number }>): Generator<PlacedEvent> {
    for (const { text, end } of lines) {
      const read = parseEvent(text);
      if (read && 'event' in read) yield { event: read.event, end };
      else if (read && !hasTold) {
        hasTold = true;
        onNewer?.(read.newer);
      }
    }
  };
}

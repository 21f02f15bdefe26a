/**
 * What has happened in a run so far, in parts: the steps as columns of numbers, all else as events. One pass over the file,
 * of which little is held at a time.
 */
import { createReadStream } from 'node:fs';
import { failure } from '../errors.ts';
import type { RunEvent } from '../runs/contract.ts';
import { parseEvent, type Newer } from '../runs/events/event-line.ts';
import { LineSplitter } from '../runs/files/lines.ts';
import { reasonOf } from '../runs/files/replace-file.ts';
import { stepColumns } from './protocol.ts';
import { stepRow, type StepContext } from './step-row.ts';

/** Bytes read at a time: those of the first part, which is to be there at once. */
const PIECE = 2 ** 20;
/** What a later part holds at most: steps, and characters of other events. */
const MOST_STEPS = 2 ** 14;
const MOST_TEXT = 2 ** 21;

export interface HistoryPart {
  /** What was told, single updates by hand among it; a `started` only ever comes first. */
  readonly events: readonly RunEvent[];
  /** The steps after these events: float32, a buffer for each of `stepColumns`; none where there are no steps. */
  readonly columns: readonly ArrayBuffer[];
  /** How many bytes of the file end with this part, and a line with them. */
  readonly end: number;
  /** Whether this is the last one. */
  readonly done: boolean;
}

export interface HistoryOptions {
  /** Told once, when there are events of a later major version, which are passed over. */
  readonly onNewer?: (newer: Newer) => void;
}

/**
 * The events in `path`, in order, up to the last whole line; those that are not ours are passed over. The last part may be
 * empty. A failure when the file cannot be read; that there is none is no error.
 */
export async function* readParts(path: string, { onNewer }: HistoryOptions = {}): AsyncGenerator<HistoryPart> {
  const lines = new LineSplitter();
  let part = new Part();
  let hasTold = false;
  let isFirst = true;
  const flush = (done = false): HistoryPart => {
    const finished = part.finish(done);
    part = part.next();
    isFirst = false;
    return finished;
  };
  for await (const piece of piecesOf(path)) {
    for (const { text, end } of lines.push(piece)) {
      const read = parseEvent(text);
      if (read && 'newer' in read && !hasTold) {
        hasTold = true;
        onNewer?.(read.newer);
      }
      // it takes back what came before, so that must have been taken by then
      const isStart = read && 'event' in read && read.event.type === 'started';
      if ((isStart && !part.isEmpty) || part.isFull) yield flush();
      if (read && 'event' in read) part.add(read.event, text.length);
      part.end = end;
    }
    if (isFirst && !part.isEmpty) yield flush();
  }
  yield flush(true);
}

/** A part that grows. */
class Part {
  private readonly events: RunEvent[] = [];
  private readonly columns = stepColumns.map(() => new Float32Array(MOST_STEPS));
  private steps = 0;
  private text = 0;
  end = 0;

  constructor(
    private begin: number | undefined = undefined,
    private config: StepContext['config'] = undefined,
  ) {}

  get isEmpty(): boolean {
    return this.steps === 0 && this.events.length === 0;
  }

  get isFull(): boolean {
    return this.steps === MOST_STEPS || this.text > MOST_TEXT;
  }

  add(event: RunEvent, length: number): void {
    this.begin ??= Date.parse(event.time);
    if (event.type === 'step' && event.by === undefined) {
      const row = stepRow(event, { begin: this.begin, config: this.config });
      for (let i = 0; i < row.length; i++) this.columns[i]![this.steps] = row[i]!;
      this.steps++;
      return;
    }
    if (event.type === 'started') this.config = event.config;
    this.events.push(event);
    this.text += length;
  }

  finish(done: boolean): HistoryPart {
    const columns = this.steps > 0 ? this.columns.map((column) => column.slice(0, this.steps).buffer) : [];
    return { events: this.events, columns, end: this.end, done };
  }

  /** The part that follows. */
  next(): Part {
    const next = new Part(this.begin, this.config);
    next.end = this.end;
    return next;
  }
}

async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw failure(`\`${path}\` cannot be read: ${reasonOf(error)}.`, error);
  }
}

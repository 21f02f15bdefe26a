/**
 * What a page is told of an open run without asking: what has happened, what happens, and how the run is.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { RunEvent } from '../runs/contract.ts';
import { readNotes, type Notes } from '../runs/directory/notes.ts';
import { isLive, readStatus, type Status } from '../runs/directory/status.ts';
import type { Newer } from '../runs/events/event-line.ts';
import { followEvents } from '../runs/events/event-reader.ts';
import { readParts } from './history.ts';
import type { HostMessage } from './protocol.ts';

/** Milliseconds between looks at the events: a step is to be on the screen within 300 of them. */
const LOOK_EVERY = 40;
/** How long events are gathered, in milliseconds, and how many at most. */
const GATHERED_FOR = 20;
const MOST_GATHERED = 5_000;
/** Milliseconds between looks at the status and at the notes. */
const STATUS_EVERY = 500;
/** Looks in a row at a status that is not there until that is said. */
const MISSES = 3;

/** Sends a message to the page; resolves when it can take more. */
export type Tell = (message: HostMessage, buffers?: readonly ArrayBuffer[]) => Promise<void>;

export interface ToldRun {
  /** What the page calls it. */
  readonly run: string;
  /** Its directory. */
  readonly path: string;
  readonly tell: Tell;
  /** The page has closed the run, or is gone. */
  readonly signal: AbortSignal;
}

/** Tells the events of a run, from the first on, until `signal`. Rejects when they cannot be read. */
export async function tellEvents({ run, path, tell, signal }: ToldRun): Promise<void> {
  const file = join(path, 'events.jsonl');
  let hasTold = false;
  const onNewer = ({ v }: Newer): void => {
    if (hasTold) return;
    hasTold = true;
    const message = `\`${path}\` holds events of version \`${v}\`, which are not shown. Install the newer dmd-lab that wrote them.`;
    void tell({ type: 'problem', message });
  };
  let from = 0;
  for await (const { events, columns, end, done } of readParts(file, { onNewer })) {
    if (signal.aborted) return;
    await tell({ type: 'history', run, events, done }, columns);
    from = end;
  }
  let gathered: RunEvent[] = [];
  let sending: Promise<void> | undefined;
  const send = async (): Promise<void> => {
    await setTimeout(GATHERED_FOR);
    const events = gathered;
    [gathered, sending] = [[], undefined];
    if (!signal.aborted) await tell({ type: 'events', run, events });
  };
  for await (const event of followEvents(file, { from, signal, lookEvery: LOOK_EVERY, onNewer })) {
    gathered.push(event);
    sending ??= send();
    // a page that reads more slowly than the run tells must not make this process hold what it has not read
    if (gathered.length >= MOST_GATHERED) await sending;
  }
}

/** Tells how a run is, whenever that changes from `before`, until `signal`; also that its directory is gone, once. */
export async function tellStatus({ run, path, tell, signal }: ToldRun, before: Status): Promise<void> {
  let [status, live] = [before, await isLive(before)];
  let misses = 0;
  while (!signal.aborted) {
    await setTimeout(STATUS_EVERY, undefined, { signal }).catch(() => undefined);
    const found = await readStatus(path);
    misses = found ? 0 : misses + 1;
    const now = found ?? status;
    const lives = found ? await isLive(found) : misses < MISSES && live;
    if (signal.aborted) return;
    if (misses === MISSES) await tell({ type: 'problem', message: await whyNoStatus(path) });
    if (lives === live && JSON.stringify(now) === JSON.stringify(status)) continue;
    [status, live] = [now, lives];
    await tell({ type: 'status', run, status, live });
  }
}

/** Tells what people write about a run, whenever that changes from `before`, until `signal`: there may be other pages. */
export async function tellNotes({ run, path, tell, signal }: ToldRun, before: Notes): Promise<void> {
  let told = JSON.stringify(before);
  while (!signal.aborted) {
    await setTimeout(STATUS_EVERY, undefined, { signal }).catch(() => undefined);
    const notes = await readNotes(path);
    const now = JSON.stringify(notes);
    if (signal.aborted || now === told) continue;
    told = now;
    await tell({ type: 'notes', run, notes });
  }
}

const whyNoStatus = async (path: string): Promise<string> =>
  (await stat(path).catch(() => undefined))
    ? `The status of the run \`${path}\` cannot be read any more. What is shown is what was known.`
    : `The run directory \`${path}\` is gone. What is shown is what was known.`;

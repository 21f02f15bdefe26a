/**
 * Records a run for its replay: its history and the files that its events name, thinned where there are too many.
 */
import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failure } from '../../errors.ts';
import type { RunEvent } from '../../runs/contract.ts';
import { checkpointsFolder, listCheckpoints } from '../../runs/directory/checkpoints.ts';
import { summariseRun } from '../../runs/directory/list.ts';
import { readNotes } from '../../runs/directory/notes.ts';
import { isLive, readStatus } from '../../runs/directory/status.ts';
import { readParts } from '../history.ts';
import type { Envelope } from '../protocol.ts';
import { readRunFile } from '../run-files.ts';
import type { Recording } from './recording.ts';
import { thinned } from './thinning.ts';

/** About how many steps are kept, and about how many bytes of the file one takes. */
const MOST_STEPS = 80_000;
const STEP_BYTES = 400;
/** Bytes of files and lines that are kept of events of a kind: together a file of less than 20 MB. */
const most = { samples: 5e6, nearest: 2e6, probe: 5e6, layers: 3e6 } as const;
type Thinned = keyof typeof most;

/** The run in `directory` as it is now. A failure when it cannot be read. */
export async function recordRun(directory: string): Promise<Envelope<Recording>> {
  const [status, summary] = await Promise.all([readStatus(directory), summariseRun(directory)]);
  if (!status || !summary) throw failure(`The status of the run \`${directory}\` cannot be read.`);
  const name = basename(directory);
  const buffers: ArrayBuffer[] = [];
  const put = (buffer: ArrayBuffer): number => buffers.push(buffer) - 1;

  const path = join(directory, 'events.jsonl');
  const stride = Math.max(1, Math.ceil(((await sizeOf(path)) ?? 0) / STEP_BYTES / MOST_STEPS));
  const history: { events: readonly RunEvent[]; buffers: number[] }[] = [];
  let steps = 0;
  for await (const { events, columns } of readParts(path)) {
    const count = (columns[0]?.byteLength ?? 0) / Float32Array.BYTES_PER_ELEMENT;
    history.push({ events, buffers: columns.map((column) => put(everyNth(column, stride, steps))) });
    steps += count;
  }

  const { kept, leftOut } = await thinEvents(
    directory,
    history.flatMap(({ events }) => events),
  );
  const files: Record<string, number> = {};
  for (const event of kept) {
    const file = fileOf(event);
    if (file === undefined || Object.hasOwn(files, file)) continue;
    const bytes = await readRunFile(directory, file).catch(() => undefined);
    if (bytes) files[file] = put(bytes);
  }
  const checkpoints = await listCheckpoints(join(directory, checkpointsFolder));
  if (stride > 1) leftOut.unshift(`1 in ${stride} of ${steps} steps`);
  const recording: Recording = {
    made: new Date().toISOString(),
    // the file goes to others: nothing of this machine is told
    head: {
      run: name,
      path: name,
      status: { ...status, host: '', pid: 0, processStarted: undefined },
      live: await isLive(status),
      notes: await readNotes(directory),
    },
    summary: { ...summary, path: name },
    checkpoints: checkpoints.map(({ iteration }) => iteration),
    history: history.map(({ events, buffers }) => ({
      events: events.filter((event) => kept.has(event)).map(withoutPlace),
      buffers,
    })),
    files,
    leftOut: leftOut.length > 0 ? `To keep this file small, it holds ${leftOut.join(', ')}.` : undefined,
  };
  return { message: recording, buffers };
}

/** Which of the events are kept, and what is said of those that are not. */
async function thinEvents(
  directory: string,
  events: readonly RunEvent[],
): Promise<{ kept: ReadonlySet<RunEvent>; leftOut: string[] }> {
  const sizes = new Map<RunEvent, number>();
  for (const event of events) {
    if (!isThinned(event)) continue;
    const file = fileOf(event);
    const bytes = file === undefined ? 0 : ((await sizeOf(join(directory, file))) ?? 0);
    sizes.set(event, bytes + JSON.stringify(event).length);
  }
  const kept = new Set(events.filter((event) => !isThinned(event)));
  const leftOut: string[] = [];
  for (const type of Object.keys(most) as Thinned[]) {
    const all = events.filter((event) => event.type === type);
    // pictures of the teacher are few, and all others are compared with them
    const [first, later] = [all.filter(isOfTeacher), all.filter((event) => !isOfTeacher(event))];
    const held = later.length > 0 ? thinned(later, (event) => sizes.get(event)!, most[type]) : [];
    for (const event of [...first, ...held]) kept.add(event);
    if (held.length < later.length) leftOut.push(`${held.length} of ${later.length} \`${type}\` events`);
  }
  return { kept, leftOut };
}

const isThinned = (event: RunEvent): boolean => Object.hasOwn(most, event.type);
const isOfTeacher = (event: RunEvent): boolean => event.type === 'samples' && event.of === 'teacher';

/** The file that an event names for the page. */
function fileOf(event: RunEvent): string | undefined {
  if (event.type === 'samples' || event.type === 'nearest') return event.image;
  return event.type === 'probe' ? event.tensors : undefined;
}

const sizeOf = async (path: string): Promise<number | undefined> => (await lstat(path).catch(() => undefined))?.size;

/** Of float32 numbers, of which `before` have come before, every n-th of all. */
function everyNth(column: ArrayBuffer, n: number, before: number): ArrayBuffer {
  const first = (n - (before % n)) % n;
  return n === 1 ? column : new Float32Array(column).filter((_, i) => i >= first && (i - first) % n === 0).buffer;
}

/** The event without the path of the run on this machine. */
const withoutPlace = (event: RunEvent): RunEvent =>
  event.type === 'finished' ? { ...event, summary: { ...event.summary, run: basename(event.summary.run) } } : event;

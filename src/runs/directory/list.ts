/**
 * The runs in a directory, each in a few words, from a few small files: what lists and trees of runs show.
 */
import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { usageError } from '../../errors.ts';
import { endStates, type Parent, type RunState } from '../contract.ts';
import { readPlainJson } from '../files/plain-json.ts';
import { reasonOf } from '../files/replace-file.ts';
import { defaultRunsDirectory } from './directory.ts';
import { readNotes } from './notes.ts';
import { isLive, Status, statusFile } from './status.ts';

/**
 * `interrupted`: its process is gone without a word, and it may be resumed. `unreadable`: its status is damaged, or of a
 * newer version.
 */
export type ListedState = RunState | 'interrupted' | 'unreadable';

export interface RunSummary {
  /** The name of its directory. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** What somebody has called it. */
  readonly title?: string;
  readonly tags: readonly string[];
  readonly teacher: string;
  readonly state: ListedState;
  /** Steps of Algorithm 1 taken, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** When it began, ISO 8601, UTC. */
  readonly began: string;
  readonly engine?: string;
  readonly device?: string;
  /** Why it failed. */
  readonly message?: string;
  readonly parent?: Parent;
  readonly figures?: ListedFigures;
}

/** What of `summary.json` is shown; the rest of it is passed over. */
const ListedFigures = z.object({
  teacher: z.string(),
  secondsPerStep: z.number().nullish(),
  trainingSeconds: z.number().optional(),
  imagesPerSecond: z.number().nullish(),
  speedup: z.number().nullish(),
  samples: z.number().optional(),
  frechet: z.object({ start: z.number(), oneStep: z.number(), teacher: z.number() }).optional(),
  kl: z.number().optional(),
  modesFound: z.number().optional(),
  modes: z.array(z.object({ share: z.number(), stdRatio: z.number().nullable() })).optional(),
  classShares: z.array(z.number()).optional(),
});
export type ListedFigures = z.output<typeof ListedFigures>;

const TeacherKey = z.object({ teacher: z.string() });

/** Directories that are looked into at the same time: each takes an open file. */
const TOGETHER = 32;

/**
 * The runs in `directory`, the one that began last first; none when there is no such directory. What is no run is passed
 * over, and so are links. A usage error when the directory cannot be read.
 */
export async function listRuns(directory: string = defaultRunsDirectory): Promise<RunSummary[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw usageError(`The runs in \`${directory}\` cannot be read: ${reasonOf(error)}.`, error);
  });
  const paths = entries.filter((entry) => entry.isDirectory()).map(({ name }) => resolve(directory, name));
  const runs: RunSummary[] = [];
  for (let first = 0; first < paths.length; first += TOGETHER) {
    const found = await Promise.all(paths.slice(first, first + TOGETHER).map(summariseRun));
    runs.push(...found.flatMap((run) => run ?? []));
  }
  return runs.sort((a, b) => order(b.began, a.began) || order(b.name, a.name));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The run in the directory `path`; undefined when there is none. */
export async function summariseRun(path: string): Promise<RunSummary | undefined> {
  const file = await lstat(join(path, statusFile)).catch(() => undefined);
  if (!file) return undefined;
  const [content, summary, notes, config] = await Promise.all([
    readPlainJson(join(path, statusFile)),
    readPlainJson(join(path, 'summary.json')),
    readNotes(path),
    lstat(join(path, 'config.json')).catch(() => file),
  ]);
  const status = Status.safeParse(content).data;
  const figures = ListedFigures.safeParse(summary).data;
  const { engine, device, message, parent, step = 0, steps = 0 } = status ?? {};
  return {
    name: basename(path),
    path,
    title: notes.name,
    tags: notes.tags,
    teacher: figures?.teacher ?? (await teacherOf(path)),
    state: status ? await stateOf(status) : 'unreadable',
    step,
    steps,
    // written once, when a run takes its directory
    began: config.mtime.toISOString(),
    engine,
    device,
    message,
    parent,
    figures,
  };
}

async function stateOf(status: Status): Promise<ListedState> {
  const over = (endStates as readonly RunState[]).includes(status.state);
  return over || (await isLive(status)) ? status.state : 'interrupted';
}

/** The name of the teacher in the configuration, where it may be a path. */
async function teacherOf(path: string): Promise<string> {
  const { teacher = 'unknown' } = TeacherKey.safeParse(await readPlainJson(join(path, 'config.json'))).data ?? {};
  return basename(teacher).replace(/\.safetensors$/, '');
}

/**
 * The runs that a page may see: those in one directory, and those that were named besides.
 */
import { lstat, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { usageError } from '../errors.ts';
import { listRuns, summariseRun, type ListedState, type RunSummary } from '../runs/directory/list.ts';
import { statusFile } from '../runs/directory/status.ts';

/** Milliseconds between looks at the list while somebody watches; a long list is looked at less often. */
const LOOK_EVERY = 2_000;
const REST = 20;

/** States in which a run computes. */
const working: readonly ListedState[] = ['starting', 'warming-up', 'running', 'evaluating'];

type Listener = (runs: readonly RunSummary[]) => void;

export class KnownRuns {
  /** Absolute. */
  readonly directory: string;
  private readonly named: Set<string>;
  private readonly listeners = new Set<Listener>();
  private watching = false;
  private latest: readonly RunSummary[] = [];

  /** `named`: directories of runs that are known wherever they are. */
  constructor(directory: string, named: readonly string[] = []) {
    this.directory = resolve(directory);
    this.named = new Set(named.map((path) => resolve(path)));
  }

  /** Makes a run known that has just begun elsewhere. */
  add(path: string): void {
    this.named.add(resolve(path));
  }

  /** All of them, the one that began last first. */
  async list(): Promise<readonly RunSummary[]> {
    const here = await listRuns(this.directory);
    const elsewhere = [...this.named].filter((path) => dirname(path) !== this.directory);
    const others = await Promise.all(elsewhere.map((path) => summariseRun(path)));
    this.latest = [...here, ...others.flatMap((run) => run ?? [])].sort((a, b) =>
      a.began < b.began ? 1 : a.began > b.began ? -1 : 0,
    );
    return this.latest;
  }

  /** Whether one of them was at work when they were last looked at. */
  get isBusy(): boolean {
    return this.latest.some(({ state }) => working.includes(state));
  }

  /** The directory of the run that a page calls `run`. A usage error when it is none of those. */
  async find(run: string): Promise<string> {
    const path = resolve(run);
    const isKnown =
      this.named.has(path) ||
      // a link that lies there may lead anywhere
      (dirname(path) === this.directory && !(await lstat(path).catch(() => undefined))?.isSymbolicLink());
    if (isKnown && (await stat(join(path, statusFile)).catch(() => undefined))?.isFile()) return path;
    throw usageError(
      isKnown
        ? `\`${run}\` is no run, or not any more: it holds no ${statusFile}.`
        : `\`${run}\` is none of the runs that are shown here. Start \`dmd-lab dashboard\` with it.`,
    );
  }

  /** Tells `listener` whenever the list changes, until the function that it gives back is called. */
  watch(listener: Listener): () => void {
    this.listeners.add(listener);
    if (!this.watching) void this.look();
    return () => this.listeners.delete(listener);
  }

  private async look(): Promise<void> {
    this.watching = true;
    let before: string | undefined;
    while (this.listeners.size > 0) {
      const begin = performance.now();
      const runs = await this.list().catch(() => undefined);
      const now = JSON.stringify(runs);
      if (runs && now !== before) for (const listener of this.listeners) listener(runs);
      before = now ?? before;
      await setTimeout(Math.max(LOOK_EVERY, REST * (performance.now() - begin)), undefined, { ref: false });
    }
    this.watching = false;
  }
}

/**
 * The directory that a run owns: `config.json`, `status.json`, `events.jsonl`, `images/`, `checkpoints/` and its results.
 */
import { lstat, mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Config } from '../../distillation/config.ts';
import { iterationsOf } from '../../distillation/plan.ts';
import { DmdError, messageOf, usageError } from '../../errors.ts';
import type { Parent, RunEvent, RunEventContent, RunState } from '../contract.ts';
import { EventLog } from '../events/event-log.ts';
import { replaceFile, replaceJson, writeFailure } from '../files/replace-file.ts';
import { claimRun, type Claim } from './attempts.ts';
import { checkpointsFolder, listCheckpoints, removeOlder, writeCheckpoint, type Checkpoint } from './checkpoints.ts';
import { thisProcess } from './process-identity.ts';
import { HEARTBEAT_EVERY, isLive, readStatus, statusFile, type Status } from './status.ts';

/** Where runs go without `--out`. */
export const defaultRunsDirectory = join('.dmd', 'runs');

/** The directory of a run that this process works on. */
export class RunDirectory {
  private readonly log: EventLog;
  private readonly listeners: ((event: RunEvent) => void)[] = [];
  private showFails = false;
  private statusFails = false;
  private statusAt = 0;
  private statusWrite: Promise<void> = Promise.resolve();
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    /** Absolute. */
    readonly path: string,
    private current: Status,
    private readonly claim: Claim,
  ) {
    this.log = new EventLog(join(path, 'events.jsonl'), (message) => this.warnAside(message));
    this.heartbeat = setInterval(() => this.writeStatus(), HEARTBEAT_EVERY).unref();
  }

  /**
   * A new run in the directory `out`, or in one named after the time and the teacher under `.dmd/runs`. A usage error when
   * something is there already, a failure when it cannot be written. Nothing that was there changes.
   */
  static async create(config: Config, out?: string, parent?: Parent): Promise<RunDirectory> {
    const path = resolve(out ?? (await unusedPath(config.teacher)));
    await take(path, config);
    const claim = await claimRun(path);
    const status: Status = {
      v: 1,
      state: 'starting',
      step: 0,
      steps: config.steps,
      iteration: 0,
      iterations: iterationsOf(config),
      ...(await thisProcess()),
      heartbeat: new Date().toISOString(),
      parent,
    };
    await replaceJson(join(path, statusFile), status);
    return new RunDirectory(path, status, claim);
  }

  /** Goes on with the run in the directory `path`, which was as `status` says, by the right of `claim`. */
  static async resume(path: string, status: Status, claim: Claim): Promise<RunDirectory> {
    const run = new RunDirectory(
      path,
      { ...status, message: undefined, slow: undefined, ...(await thisProcess()) },
      claim,
    );
    run.update({ state: 'starting' });
    run.writeStatus();
    return run;
  }

  get status(): Status {
    return this.current;
  }

  /** `handler` is told every event from here on. */
  onEvent(handler: (event: RunEvent) => void): void {
    this.listeners.push(handler);
  }

  /** Appends an event to `events.jsonl`. */
  event(content: RunEventContent): void {
    this.tell(this.log.write(content));
  }

  /** Changes the status; a change of `state` becomes an event, and like one of `slow` reaches the disk at once, others within a second. */
  update(change: Partial<Omit<Status, 'v' | 'heartbeat'>>): void {
    const changed = change.state !== undefined && change.state !== this.current.state;
    this.current = { ...this.current, ...change };
    if (changed) this.event({ type: 'state', state: change.state as RunState });
    if (changed || change.slow !== undefined || Date.now() - this.statusAt > 1000) this.writeStatus();
  }

  /**
   * Writes what is there to be looked at alone, to the path `name` within the run. Whether it could: of all that could not,
   * one warning comes, and the training goes on.
   */
  async show(name: string, bytes: Uint8Array): Promise<boolean> {
    const path = join(this.path, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, bytes);
      return true;
    } catch (error) {
      const { message } = writeFailure(path, error);
      if (!this.showFails) this.event({ type: 'warning', message: `${message} The training goes on.` });
      this.showFails = true;
      return false;
    }
  }

  /** Makes a checkpoint, whole or not at all (`writeCheckpoint`), says so, and keeps the last `keep`; 0: all of them. */
  async checkpoint(iteration: number, write: (folder: string) => Promise<void>, keep = 0): Promise<Checkpoint> {
    const folder = join(this.path, checkpointsFolder);
    const checkpoint = await writeCheckpoint(folder, iteration, write);
    this.event({ type: 'checkpoint', iteration, path: relative(this.path, checkpoint.path) });
    if (keep > 0) await removeOlder(folder, keep).catch((error: unknown) => this.warnOfOld(error));
    return checkpoint;
  }

  /** Oldest first. */
  checkpoints(): Promise<Checkpoint[]> {
    return listCheckpoints(join(this.path, checkpointsFolder));
  }

  /** Resolves when the events so far are on the disk, or lost. */
  flush(): Promise<void> {
    return this.log.flush();
  }

  /** Where the result `name` belongs. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Says how the run ended, and waits until all is on the disk. The directory takes nothing more after this. */
  async close(state: Extract<RunState, 'finished' | 'failed' | 'stopped'>, message?: string): Promise<void> {
    clearInterval(this.heartbeat);
    this.update({ state, message });
    await this.log.flush();
    await this.statusWrite;
    // where it cannot be written, the end of the process says the same
    await this.claim.end().catch(() => undefined);
  }

  /** A status that cannot be written is as little a reason to end a training as a lost event. */
  private writeStatus(): void {
    this.statusAt = Date.now();
    this.current = { ...this.current, heartbeat: new Date().toISOString() };
    this.statusWrite = this.statusWrite
      .then(() => replaceJson(join(this.path, statusFile), this.current))
      .catch((error: unknown) => {
        if (!this.statusFails) this.event({ type: 'warning', message: (error as Error).message });
        this.statusFails = true;
      });
  }

  private warnOfOld(error: unknown): void {
    this.event({ type: 'warning', message: `An old checkpoint could not be removed: ${messageOf(error)}.` });
  }

  /** A warning that the file cannot take. */
  private warnAside(message: string): void {
    this.tell({ v: 1, time: new Date().toISOString(), type: 'warning', message });
  }

  private tell(event: RunEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

/** `.dmd/runs/2026-11-05T14-03-22-mnist`, or the same with a number behind it when that is taken. */
export async function unusedPath(teacher: string, folder = defaultRunsDirectory): Promise<string> {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const name = `${time}-${basename(teacher)
    .replace(/(\.mixture)?\.\w+$/, '')
    .replaceAll(/[^\w.-]+/g, '-')}`;
  const taken = new Set(await readdir(folder).catch(() => []));
  let unused = name;
  for (let n = 2; taken.has(unused); n++) unused = `${name}-${n}`;
  return join(folder, unused);
}

/** Makes the directory `path` this run's: `config.json` is there afterwards, and of two processes one wins. */
async function take(path: string, config: Config): Promise<void> {
  try {
    await refuseTaken(path);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'config.json'), JSON.stringify(config, null, 2) + '\n', { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof DmdError) throw error;
    if (code === 'EEXIST')
      throw usageError(`Another run has just taken \`${path}\`. Choose another with \`--out\`.`, error);
    throw writeFailure(path, error);
  }
}

/** A usage error when `path` is a symbolic link, or one of the files and folders in it is: what is written must stay in the run. */
export async function refuseLinks(path: string): Promise<void> {
  const isLink = async (path: string) => (await lstat(path).catch(() => undefined))?.isSymbolicLink();
  if (await isLink(path)) {
    throw usageError(
      `The run directory \`${path}\` is a symbolic link to \`${await readlink(path)}\`. Give the directory itself.`,
    );
  }
  for (const name of await readdir(path).catch(() => [])) {
    if (!(await isLink(join(path, name)))) continue;
    throw usageError(
      `\`${join(path, name)}\` is a symbolic link to \`${await readlink(join(path, name))}\`, and a run writes only into its ` +
        'own directory. Put the file or folder itself there.',
    );
  }
}

/** A usage error when the directory `path` holds something or is a link. That it does not exist is no error. */
export async function refuseTaken(path: string): Promise<void> {
  await refuseLinks(resolve(path));
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR')
      throw usageError(`\`${path}\` is no directory. Choose another with \`--out\`.`, error);
    throw writeFailure(path, error);
  });
  if (names.length === 0) return;
  const status = await readStatus(path);
  if (status && (await isLive(status))) {
    throw usageError(
      `\`${path}\` belongs to a run that is \`${status.state}\`, process ${status.pid} on ${status.host}, last heard of at ` +
        `${status.heartbeat}. Choose another directory with \`--out\`.`,
    );
  }
  throw usageError(
    status
      ? `\`${path}\` holds a run already (\`${status.state}\`, step ${status.step} of ${status.steps}). Choose another directory with \`--out\`.`
      : `\`${path}\` is not empty (\`${names[0]}\`). Choose another directory with \`--out\`.`,
  );
}

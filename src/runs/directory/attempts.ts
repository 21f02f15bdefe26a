/**
 * Which process works on a run: each takes the next number, `attempts/0001.json`, and of two that want it one gets it.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { usageError } from '../../errors.ts';
import { readJson, replaceJson, writeFailure } from '../files/replace-file.ts';
import { isRunning, ProcessIdentity, thisProcess } from './process-identity.ts';
import { isFresh, readStatus } from './status.ts';

const Attempt = ProcessIdentity.extend({
  v: z.literal(1),
  /** When it began and, once it has, ended: ISO 8601, UTC. */
  started: z.string(),
  ended: z.string().optional(),
});
type Attempt = z.output<typeof Attempt>;

/** The right to work on a run, until it is given back or the process ends. */
export interface Claim {
  /** Which attempt at the run this is, from 1. */
  readonly number: number;
  /** The work is over: the next may come. */
  end(): Promise<void>;
  /** Nothing was done: as if it had never been claimed. */
  withdraw(): Promise<void>;
}

const pattern = /^(\d{4,})\.json$/;
const fileOf = (number: number) => `${String(number).padStart(4, '0')}.json`;

/** Claims the run in `directory` for this process. A usage error when another works on it, or was just faster. */
export async function claimRun(directory: string): Promise<Claim> {
  const folder = join(directory, 'attempts');
  const last = await lastAttempt(folder);
  await refuseLive(directory, folder, last);
  const number = last + 1;
  const path = join(folder, fileOf(number));
  const attempt: Attempt = { v: 1, ...(await thisProcess()), started: new Date().toISOString() };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, JSON.stringify(attempt, null, 2) + '\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw usageError(`Another process has just begun to work on \`${directory}\`. Wait until it has ended.`, error);
    // what could not be filled must not pass for a claim
    await rm(path, { force: true }).catch(() => undefined);
    throw writeFailure(path, error);
  }
  const withdraw = () => rm(path, { force: true });
  return {
    number,
    // on a full disk there is room for a claim to go, not for its end
    end: () => replaceJson(path, { ...attempt, ended: new Date().toISOString() }).catch(withdraw),
    withdraw,
  };
}

/** Refuses, with a usage error, a run that a process works on. */
export async function refuseLiveRun(directory: string): Promise<void> {
  const folder = join(directory, 'attempts');
  await refuseLive(directory, folder, await lastAttempt(folder));
}

async function lastAttempt(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  return Math.max(0, ...names.map((name) => Number(pattern.exec(name)?.[1] ?? 0)));
}

async function refuseLive(directory: string, folder: string, last: number): Promise<void> {
  const status = await readStatus(directory);
  const path = join(folder, fileOf(last));
  const attempt = last > 0 ? Attempt.safeParse(await readJson(path)).data : undefined;
  const live = attempt ? await isAtWork(attempt, status?.heartbeat) : last > 0 ? await isNew(path) : false;
  if (!live) return;
  const who = attempt ? `process ${attempt.pid} on ${attempt.host}, since ${attempt.started}` : 'just begun';
  throw usageError(
    `\`${directory}\` belongs to a run that is \`${status?.state ?? 'starting'}\`, ${who}. Wait until it has ended, or stop it ` +
      'with `dmd-lab control RUN stop`.',
  );
}

async function isAtWork(attempt: Attempt, heartbeat: string | undefined): Promise<boolean> {
  if (attempt.ended !== undefined) return false;
  return isRunning(attempt, isFresh(attempt.started) || (heartbeat !== undefined && isFresh(heartbeat)));
}

/** Whether the file that says nothing yet may still be under somebody's hands. */
async function isNew(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  return file !== undefined && isFresh(file.mtime.toISOString());
}

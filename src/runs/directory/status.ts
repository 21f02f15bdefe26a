/**
 * How a run is, in one small file that is replaced whole: what lists of runs read, and what tells a live run from a dead one.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { endStates, Parent, runStates } from '../contract.ts';
import { readJson } from '../files/replace-file.ts';
import { isRunning, ProcessIdentity } from './process-identity.ts';

export const Status = ProcessIdentity.extend({
  v: z.literal(1),
  state: z.enum(runStates),
  /** Steps of Algorithm 1 taken, of `steps`. */
  step: z.number(),
  steps: z.number(),
  /** Steps of all phases taken, of `iterations`. */
  iteration: z.number(),
  iterations: z.number(),
  /** When the process last said that it lives, ISO 8601, UTC. */
  heartbeat: z.string(),
  engine: z.string().optional(),
  device: z.string().optional(),
  /** Milliseconds that it waits before every step, where that was asked for. */
  slow: z.number().optional(),
  /** Why a run failed. */
  message: z.string().optional(),
  /** What the run was forked from. */
  parent: Parent.optional(),
});
export type Status = z.output<typeof Status>;

export const statusFile = 'status.json';

/** Milliseconds between heartbeats, and after how many without one a run elsewhere is taken for dead. */
export const HEARTBEAT_EVERY = 5_000;
const HEARTBEAT_STALE = 60_000;

/** The status in a run directory; undefined when there is none or it is none of ours. */
export async function readStatus(directory: string): Promise<Status | undefined> {
  return Status.safeParse(await readJson(join(directory, statusFile))).data;
}

/** Whether the process that wrote `status` still works on the run. */
export async function isLive(status: Status, now = Date.now()): Promise<boolean> {
  if ((endStates as readonly string[]).includes(status.state)) return false;
  return isRunning(status, isFresh(status.heartbeat, now));
}

/** Whether `time`, in ISO 8601, is so near that who said something then may still live. */
export const isFresh = (time: string, now = Date.now()): boolean => now - Date.parse(time) < HEARTBEAT_STALE;

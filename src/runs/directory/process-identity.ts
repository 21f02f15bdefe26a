/**
 * Tells a process from a later one with the same number.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

export const ProcessIdentity = z.object({
  host: z.string(),
  pid: z.number(),
  /** See `processStart`. */
  processStarted: z.string().optional(),
});
export type ProcessIdentity = z.output<typeof ProcessIdentity>;

export const thisProcess = async (): Promise<ProcessIdentity> => ({
  host: hostname(),
  pid: process.pid,
  processStarted: await processStart(process.pid),
});

/** Whether the process still lives. Where that cannot be seen from here, `beats` decides: whether it was heard of lately. */
export async function isRunning({ host, pid, processStarted }: ProcessIdentity, beats: boolean): Promise<boolean> {
  // a process on another machine cannot be seen from here
  if (host !== hostname()) return beats;
  const started = await processStart(pid);
  if (started === 'gone') return false;
  return started && processStarted ? started === processStarted : beats;
}

/**
 * When process `pid` started, as its system tells it: to be compared, not read. `gone` when there is no such process,
 * undefined when the system does not tell.
 */
export async function processStart(pid: number): Promise<string | 'gone' | undefined> {
  if (!exists(pid)) return 'gone';
  if (process.platform === 'linux') {
    const [stat, boot] = await Promise.all(
      [`/proc/${pid}/stat`, '/proc/sys/kernel/random/boot_id'].map((path) => readFile(path, 'utf8').catch(() => '')),
    );
    // the name, in brackets, may hold spaces and brackets; the start is the 22nd field, in ticks since the boot
    const ticks = stat!.slice(stat!.lastIndexOf(')') + 2).split(' ')[19];
    return ticks && `${boot!.trim()}/${ticks}`;
  }
  if (process.platform === 'win32') return undefined;
  const started = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined);
  return started?.stdout.trim() || undefined;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // one of another user exists too
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

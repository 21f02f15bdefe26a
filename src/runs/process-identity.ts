/**
 * Tells a process from a later one with the same number.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

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

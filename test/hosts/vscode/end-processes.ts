/**
 * Ends what tests have left behind. Whatever they start names a folder of theirs in its arguments: servers, runs that go on
 * without the window that began them, tasks in terminals.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';

/** Kills every process but this one whose arguments name `folder`, until there is none. */
export async function endProcesses(folder: string): Promise<void> {
  for (let looks = 0; looks < 20; looks++) {
    const found = processesOf(folder);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
    await setTimeout(100);
  }
  throw new Error(`These processes of \`${folder}\` do not end: ${processesOf(folder).join(', ')}.`);
}

/** The ids of the processes but this one whose arguments name `folder`. */
export function processesOf(folder: string): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='], { encoding: 'utf8', maxBuffer: 1e8 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, state, args] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const isGone = state?.startsWith('Z') ?? true;
    return !isGone && args!.includes(folder) && Number(pid) !== process.pid ? [Number(pid)] : [];
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // it has ended by itself
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * The runs whose loops live in this process: interrupted with their cells, and closed before the process ends.
 */
import { kernelHost } from './kernel-host.ts';
import type { KernelRun } from './kernel-run.ts';

const runs = new Set<KernelRun>();
let isWatching = false;

/** Looks after `run` from now on. */
export function keep(run: KernelRun): KernelRun {
  runs.add(run);
  if (!isWatching) watch();
  isWatching = true;
  return run;
}

function watch(): void {
  const closeAll = async () => {
    await Promise.all([...runs].map((run) => run.close()));
    runs.clear();
  };
  const host = kernelHost();
  host?.onInterrupt(() => {
    for (const run of runs) run.interrupt();
  });
  host?.onShutdown(closeAll);
  // a script ends when nothing is left to do
  if (!host) process.once('beforeExit', () => void closeAll());
}

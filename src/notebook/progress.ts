/**
 * What takes long before a run's first step, as a line that changes: pairs being made.
 */
import { randomUUID } from 'node:crypto';
import type { RunProgress } from '../runs/progress.ts';
import { kernelHost } from './kernel-host.ts';

/** Milliseconds between changes. */
const PACE = 250;

/** A line for what `tell` is told; nothing where there is no kernel, or while nothing is told. */
export function showProgress() {
  const host = kernelHost();
  const id = randomUUID();
  let [isShown, hasEnded] = [false, false];
  let last = -Infinity;
  const write = (text: string) => {
    host?.display({ data: { 'text/plain': text } }, { id, update: isShown });
    isShown = true;
  };
  return {
    tell: ({ task, done, total }: RunProgress): void => {
      if (hasEnded || (performance.now() - last < PACE && done < total)) return;
      last = performance.now();
      write(`${task}: ${done} of ${total}`);
    },
    // what was told last stays: an output that is emptied leaves a gap
    end: (): void => void (hasEnded = true),
  };
}

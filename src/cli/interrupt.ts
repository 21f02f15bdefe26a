/**
 * Ctrl-C once: stop at the next step, keeping what there is. Twice: stop now.
 */
import type { Output } from './output.ts';

/** 128 + SIGINT, what shells expect of an interrupted command. */
export const INTERRUPTED = 130;

/** Aborts at the first signal to end, and says `words`; the second ends the process. */
export function interruption(
  output: Output,
  words = 'stopping after this step; once more ends it at once',
): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      output.log(words);
      controller.abort();
    });
  }
  return controller.signal;
}

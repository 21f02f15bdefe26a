/**
 * The checkpoints of the run that is shown that are still there.
 */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals-core';
import type { App } from './app.ts';

/** Iterations, in rising order; asked for anew whenever the run tells of one. */
export function checkpointsOf(app: App): ReadonlySignal<readonly number[]> {
  const found = signal<readonly number[]>([]);
  const run = computed(() => app.current.value?.run);
  const told = computed(() => app.current.value?.events('checkpoint').value.length);
  effect(() => {
    const asked = run.value;
    void told.value;
    if (asked === undefined) return;
    app.host.ask('checkpoints', { run: asked }).then(
      ({ ok }) => {
        if (run.peek() === asked) found.value = ok.iterations;
      },
      (error: unknown) => app.report(error),
    );
  });
  effect(() => {
    void run.value;
    found.value = [];
  });
  return found;
}

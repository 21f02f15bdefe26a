/**
 * Whether the page looks at scores that the run has kept, or asks for them.
 */
import { effect } from '@preact/signals-core';
import type { App } from '../app.ts';
import { choice } from '../components/choice.ts';
import { h } from '../dom.ts';
import type { Scores } from './scores-of.ts';

/** A replay can only show what was kept. */
export function sourceChoice(app: App, { source }: Scores): HTMLElement {
  const options = (live: boolean) =>
    [
      { value: 'recorded', label: 'Recorded' },
      { value: 'asked', label: live ? 'Live' : 'Last checkpoint' },
    ] as const;
  const box = h('span', {});
  let was: boolean | undefined;
  effect(() => {
    const live = app.current.value?.head.value.live ?? false;
    box.hidden = app.hostKind === 'replay';
    if (live === was) return;
    was = live;
    box.replaceChildren(choice('Scores from', source, options(live)));
  });
  return box;
}

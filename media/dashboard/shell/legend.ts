/**
 * The runs whose curves are drawn, in their colours, when there are several.
 */
import { effect } from '@preact/signals-core';
import { button } from '../components/button.ts';
import { h } from '../dom.ts';
import type { RunModel } from '../run-model.ts';
import { titleOf } from '../run-title.ts';
import type { Session } from '../session.ts';
import { seriesColour } from '../theme.ts';

export function legend(session: Session): HTMLElement {
  const list = h('ul', { class: 'legend', ariaLabel: 'Runs that are drawn' });
  const chips = new Map<RunModel, HTMLElement>();
  effect(() => {
    const runs = session.overlaid.value;
    list.hidden = runs.length < 2;
    for (const model of chips.keys()) if (!runs.includes(model)) chips.delete(model);
    for (const model of runs) if (!chips.has(model)) chips.set(model, chip(session, model));
    list.replaceChildren(...runs.map((model) => chips.get(model)!));
  });
  return list;
}

function chip(session: Session, model: RunModel): HTMLElement {
  const swatch = h('span', { class: 'swatch' });
  swatch.style.color = `var(--${seriesColour(model.colour)})`;
  const title = titleOf(model);
  return h(
    'li',
    { class: 'chip', title },
    swatch,
    h('span', {}, title),
    button({
      label: `Take ${title} away`,
      icon: 'close',
      iconOnly: true,
      kind: 'quiet',
      onClick: () => session.close(model.run),
    }),
  );
}

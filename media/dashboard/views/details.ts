/**
 * Details: what the run was told, what it runs on, what it has left, and what people write about it.
 */
import type { App, View } from '../app.ts';
import { configuration } from '../details/configuration.ts';
import { checkpoints, environment, warnings } from '../details/facts.ts';
import { notes } from '../details/notes.ts';
import { h } from '../dom.ts';

export const details: View = { name: 'details', title: 'Details', mount };

function mount(app: App): HTMLElement {
  return h(
    'div',
    { class: 'details' },
    h('div', { class: 'details-grid' }, notes(app), environment(app), h('div', {}, checkpoints(app), warnings(app))),
    configuration(app),
  );
}

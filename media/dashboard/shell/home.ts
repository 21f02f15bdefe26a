/**
 * What the page shows before a run is opened.
 */
import { h } from '../dom.ts';
import type { Session } from '../session.ts';
import { runList } from './run-list.ts';

export function home(session: Session): HTMLElement {
  return h(
    'main',
    { class: 'home' },
    h('section', { class: 'panel' }, h('header', {}, h('h2', {}, 'Runs')), runList(session).element),
  );
}

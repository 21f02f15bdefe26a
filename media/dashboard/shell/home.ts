/**
 * What the page shows before a run is opened.
 */
import { button } from '../components/button.ts';
import { h } from '../dom.ts';
import type { Session } from '../session.ts';
import { runList } from './run-list.ts';

export function home(session: Session): HTMLElement {
  const { element } = runList(session, () => undefined);
  return h(
    'main',
    { class: 'home' },
    h(
      'section',
      { class: 'panel' },
      h(
        'header',
        {},
        h('h2', {}, 'Runs'),
        session.canStart && button({ label: 'New run…', icon: 'plus', onClick: () => session.go('draw') }),
      ),
      element,
    ),
  );
}

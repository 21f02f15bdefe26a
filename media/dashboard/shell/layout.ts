/**
 * The views in their places: a grid where there is room, tabs where there is not.
 */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals-core';
import type { View, ViewName } from '../app.ts';
import { emptyState } from '../components/empty-state.ts';
import { h } from '../dom.ts';
import type { Session } from '../session.ts';
import { matching } from '../theme.ts';

/** What the page shows: no run yet, a run, or the place where a distribution is drawn. */
export type Screen = 'home' | 'run' | 'draw';

export interface Layout {
  readonly nav: HTMLElement;
  readonly views: HTMLElement;
  readonly screen: ReadonlySignal<Screen>;
}

/** Mounts `views`; goes where the session is told to go. */
export function layout(session: Session, views: readonly View[]): Layout {
  const isNarrow = matching('(width < 700px)');
  const isDrawing = signal(false);
  const chosen = session.settings.signal<ViewName>('tab', 'samples', (name): name is ViewName =>
    views.some((view) => view.name === name),
  );
  const screen = computed<Screen>(() => (isDrawing.value ? 'draw' : session.current.value ? 'run' : 'home'));
  const ofRun = views.filter(({ name }) => name !== 'draw');
  const panels = new Map(views.map((view) => [view.name, panel(session, view)]));
  // of their own, so that Samples, which stay in sight, stay beside Curves
  const firstViews = [panels.get('samples')!, panels.get('curves')!];
  const first = h('div', { class: 'first-views' }, ...firstViews);
  const others = [...panels.values()].filter((panel) => !first.contains(panel));
  const tabs = new Map(ofRun.map((view) => [view.name, tab(view, () => session.go(view.name))]));
  const nav = h('div', { class: 'view-nav', ariaLabel: 'Views' }, ...tabs.values());
  nav.addEventListener('keydown', (event) => moveBetween([...tabs.values()], event));

  effect(() => {
    const narrow = isNarrow.value;
    nav.hidden = screen.value !== 'run';
    nav.setAttribute('role', narrow ? 'tablist' : 'navigation');
    for (const [name, panel] of panels) {
      const isHere = name === 'draw' ? screen.value === 'draw' : screen.value === 'run';
      panel.hidden = !isHere || (narrow && name !== 'draw' && name !== chosen.value);
      markTab(tabs.get(name), narrow, name === chosen.value);
      if (narrow && name !== 'draw') panel.setAttribute('role', 'tabpanel');
      else panel.removeAttribute('role');
    }
    first.hidden = firstViews.every(({ hidden }) => hidden);
  });
  effect(() => {
    const to = session.gone.value?.to;
    if (!to) return;
    isDrawing.value = to === 'draw';
    if (to === 'draw') return scrollTo({ top: 0 });
    chosen.value = to;
    if (!isNarrow.peek()) panels.get(to)?.scrollIntoView({ block: 'start' });
  });
  // a run that is opened is shown
  effect(() => {
    if (session.current.value) isDrawing.value = false;
  });
  return { nav, views: h('main', { class: 'views', id: 'views' }, first, ...others), screen };
}

/** A view in its frame. Its first toolbar stands beside the title; a view that fails to come says so, alone. */
function panel(session: Session, view: View): HTMLElement {
  const title = h('h2', { id: `title-${view.name}` }, view.title);
  const header = h('header', {}, title);
  const content = mounted(session, view);
  const toolbar = content.querySelector(':scope > .toolbar:first-child');
  if (toolbar) header.append(toolbar);
  return h(
    'section',
    { class: 'panel', id: `view-${view.name}`, attrs: { 'data-view': view.name, 'aria-labelledby': title.id } },
    header,
    content,
  );
}

function mounted(session: Session, view: View): HTMLElement {
  try {
    return view.mount(session);
  } catch (error) {
    console.error(error);
    return emptyState('warning', `${view.title} cannot be shown`, String(error));
  }
}

const tab = ({ name, title }: View, onclick: () => void): HTMLButtonElement =>
  h('button', { type: 'button', id: `tab-${name}`, onclick, attrs: { 'aria-controls': `view-${name}` } }, title);

function markTab(tab: HTMLElement | undefined, narrow: boolean, isChosen: boolean): void {
  if (!tab) return;
  if (narrow) {
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-selected', String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  } else {
    tab.removeAttribute('role');
    tab.removeAttribute('aria-selected');
    tab.tabIndex = 0;
  }
}

/** Arrow keys among tabs. */
function moveBetween(tabs: readonly HTMLElement[], event: KeyboardEvent): void {
  const at = tabs.indexOf(event.target as HTMLElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const next = tabs.at(to % tabs.length)!;
  next.focus();
  if (next.role === 'tab') next.click();
}

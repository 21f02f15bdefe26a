/**
 * The runs that the host knows: opened with a click, laid over with a tick.
 */
import { effect, signal } from '@preact/signals-core';
import type { RunSummary } from '../../../src/runs/directory/list.ts';
import { emptyState } from '../components/empty-state.ts';
import { tooltip } from '../components/tooltip.ts';
import { h } from '../dom.ts';
import { clock, short } from '../format.ts';
import { stateNames } from '../run-state.ts';
import type { Session } from '../session.ts';

export interface RunList {
  readonly element: HTMLElement;
  /** Ends its following. */
  dispose(): void;
}

export interface RunListOptions {
  /** Whether runs can be laid over the one that is shown. */
  readonly overlays?: boolean;
  /** Called when a run was chosen. */
  readonly onOpen?: () => void;
}

export function runList(session: Session, options: RunListOptions = {}): RunList {
  const filter = signal('');
  const list = h('ul', { ariaLabel: 'Runs' });
  const search = h('input', {
    type: 'search',
    class: 'field',
    placeholder: 'Filter by name, teacher, state or tag',
    ariaLabel: 'Filter the runs',
    oninput: () => (filter.value = search.value.trim().toLowerCase()),
  });
  const none = emptyState('list', 'No runs yet', 'Start one in a terminal: ', h('code', {}, 'dmd-lab distill'));
  const nothing = h('p', { class: 'soft' }, 'No run matches.');
  const rows = new Map<string, Row>();
  const dispose = effect(() => {
    const runs = session.runs.value;
    const found = runs.filter((run) => textOf(run).includes(filter.value));
    search.hidden = runs.length < 6;
    none.hidden = runs.length > 0;
    nothing.hidden = runs.length === 0 || found.length > 0;
    const elements = found.map((run) => {
      const row = rows.get(run.path) ?? makeRow(session, run.path, options);
      rows.set(run.path, row);
      row.update(run);
      return row.element;
    });
    // an element that stays keeps its focus
    if (elements.length !== list.children.length || elements.some((element, i) => list.children[i] !== element))
      list.replaceChildren(...elements);
    const open = session.overlaid.value.map(({ run }) => run);
    for (const [path, row] of rows) row.mark(session.current.value?.run === path, open.includes(path));
  });
  const hint = h('p', { class: 'soft' }, 'Click a run to show it; tick others to lay their curves over it.');
  hint.hidden = !options.overlays;
  return { element: h('div', { class: 'run-list' }, hint, search, nothing, none, list), dispose };
}

interface Row {
  readonly element: HTMLElement;
  update(run: RunSummary): void;
  mark(isShown: boolean, isOpen: boolean): void;
}

function makeRow(session: Session, path: string, { overlays, onOpen }: RunListOptions): Row {
  const [name, about, state] = [h('strong'), h('small', { class: 'numbers' }), h('span', { class: 'chip state' })];
  const open = h('button', { type: 'button', class: 'open' }, name, state, about);
  open.addEventListener('click', () => {
    onOpen?.();
    void session.open(path, 'show');
  });
  const overlay = h('input', { type: 'checkbox' });
  overlay.addEventListener(
    'change',
    () => void (overlay.checked ? session.open(path, 'overlay') : session.close(path)),
  );
  tooltip(overlay, () =>
    overlay.disabled ? 'This is the run that is shown' : 'Lay its curves over those that are there',
  );
  return {
    element: h('li', {}, overlays && overlay, open),
    update(run) {
      name.textContent = run.title ?? run.name;
      about.textContent = aboutOf(run);
      state.textContent = stateNames[run.state];
      state.dataset.state = run.state;
      overlay.ariaLabel = `Overlay ${run.title ?? run.name}`;
    },
    mark(isShown, isOpen) {
      overlay.checked = isOpen;
      overlay.disabled = isShown;
      open.setAttribute('aria-current', String(isShown));
    },
  };
}

function aboutOf(run: RunSummary): string {
  const { frechet, kl } = run.figures ?? {};
  return [
    run.title !== undefined && run.name,
    run.teacher,
    `step ${run.step.toLocaleString('en')} / ${run.steps.toLocaleString('en')}`,
    frechet && `Fréchet ${short(frechet.oneStep)}`,
    kl !== undefined && `KL ${short(kl)}`,
    clock(run.began),
    ...run.tags.map((tag) => `#${tag}`),
  ]
    .filter(Boolean)
    .join(' · ');
}

const textOf = (run: RunSummary): string =>
  [run.name, run.title, run.teacher, stateNames[run.state], ...run.tags].join(' ').toLowerCase();

/**
 * The head of the page: which run, how it is, where it is, and what it can be told.
 */
import { effect, type ReadonlySignal, type Signal } from '@preact/signals-core';
import { button } from '../components/button.ts';
import { openDialog } from '../components/dialog.ts';
import { menu } from '../components/menu.ts';
import { tooltip } from '../components/tooltip.ts';
import { h } from '../dom.ts';
import { stateNames, stateOf } from '../run-state.ts';
import { titleOf } from '../run-title.ts';
import type { Session } from '../session.ts';
import { themes, type ThemeChoice } from '../theme.ts';
import { controls } from './controls.ts';
import { engineOf, whyEngine } from './engine.ts';
import type { Screen } from './layout.ts';
import { legend } from './legend.ts';
import type { Progress } from './progress.ts';
import { runList } from './run-list.ts';
import { openHelp } from './shortcuts.ts';

interface Parts {
  readonly session: Session;
  readonly live: ReadonlySignal<Progress | undefined>;
  readonly nav: HTMLElement;
  readonly screen: ReadonlySignal<Screen>;
  readonly themeChoice: Signal<ThemeChoice>;
}

export function header({ session, live, nav, screen, themeChoice }: Parts): HTMLElement {
  const steering = controls(session);
  const back = button({
    label: 'Back to the run',
    icon: 'left',
    kind: 'quiet',
    onClick: () => session.go('samples'),
  });
  steering.append(
    h(
      'div',
      { class: 'end' },
      session.canStart &&
        button({
          label: 'New run',
          icon: 'plus',
          kind: 'quiet',
          hint: 'Draw a distribution, or choose a teacher',
          onClick: () => session.go('draw'),
        }),
      session.hostKind !== 'vscode' && themeMenu(themeChoice),
      button({ label: 'Keys and help', icon: 'help', iconOnly: true, kind: 'quiet', onClick: () => openHelp(session) }),
    ),
  );
  effect(() => {
    back.hidden = screen.value !== 'draw' || session.current.value === undefined;
    const buttons = [...steering.children] as HTMLElement[];
    for (const element of buttons) element.hidden = screen.value !== 'run' && !element.classList.contains('end');
  });
  const top = h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'row' },
      h('h1', {}, runButton(session)),
      ...howItIs(session),
      legend(session),
      back,
      whereItIs(live, session),
    ),
    steering,
    nav,
    bar(live),
  );
  // what sticks below it, and what is scrolled to, keeps clear of it
  new ResizeObserver(() => document.body.style.setProperty('--top', `${top.offsetHeight}px`)).observe(top);
  return top;
}

function runButton(session: Session): HTMLElement {
  const name = h('span', {});
  const element = button({
    label: 'Runs',
    icon: 'down',
    kind: 'quiet',
    reason: () => (session.current.value ? undefined : 'Choose a run below.'),
    onClick: () => openRuns(session),
  });
  element.classList.add('run-name');
  element.replaceChildren(name, element.firstElementChild!);
  effect(() => {
    const model = session.current.value;
    name.textContent = model ? titleOf(model) : 'DMD Lab';
    document.title = model ? `${titleOf(model)} · DMD Lab` : 'DMD Lab';
  });
  tooltip(element, () => session.current.value?.head.value.path ?? '');
  return element;
}

function openRuns(session: Session): void {
  const list = runList(session, { overlays: true, onOpen: () => dialog.close() });
  const dialog = openDialog({
    title: 'Runs',
    width: 720,
    content: [list.element],
    onClose: () => list.dispose(),
  });
}

/** State and engine. */
function howItIs(session: Session): HTMLElement[] {
  const state = h('span', { class: 'chip state' });
  const engine = h('span', { class: 'soft engine', tabIndex: 0 });
  tooltip(engine, () => (session.current.value ? whyEngine(session.current.value) : ''));
  effect(() => {
    const model = session.current.value;
    state.hidden = !model;
    engine.hidden = !model;
    if (!model) return;
    const lost = session.connection.value.state === 'lost';
    const now = stateOf(model);
    state.dataset.state = lost ? 'lost' : now;
    state.textContent = lost
      ? 'not connected'
      : session.hostKind === 'replay'
        ? `replay, ${stateNames[now]}`
        : stateNames[now];
    engine.textContent = engineOf(model);
  });
  return [state, engine];
}

function whereItIs(live: ReadonlySignal<Progress | undefined>, session: Session): HTMLElement {
  const [place, speed, left] = [h('span'), h('span', { class: 'soft' }), h('span', { class: 'soft' })];
  const element = h('div', { class: 'progress' }, place, speed, left);
  effect(() => {
    element.hidden = !session.current.value;
    const { value } = live;
    const texts = [value?.place ?? '', value?.speed ?? '', value?.left ?? ''];
    [place, speed, left].forEach((part, i) => (part.textContent = texts[i]!));
  });
  return element;
}

function bar(live: ReadonlySignal<Progress | undefined>): HTMLElement {
  const done = h('div');
  const element = h('div', { class: 'bar', role: 'progressbar', ariaLabel: 'Progress of the run' }, done);
  effect(() => {
    const fraction = live.value?.fraction ?? 0;
    done.style.transform = `scaleX(${fraction})`;
    element.setAttribute('aria-valuenow', String(Math.round(100 * fraction)));
  });
  return element;
}

const themeNames: Readonly<Record<ThemeChoice, string>> = {
  auto: 'As the system',
  light: 'Light',
  dark: 'Dark',
  'hc-dark': 'High contrast, dark',
  'hc-light': 'High contrast, light',
};

const themeMenu = (choice: Signal<ThemeChoice>): HTMLElement =>
  menu({ label: 'Theme', icon: 'theme', iconOnly: true, kind: 'quiet' }, () =>
    (['auto', ...themes] as const).map((theme) => ({
      label: themeNames[theme],
      checked: choice.value === theme,
      onSelect: () => (choice.value = theme),
    })),
  );

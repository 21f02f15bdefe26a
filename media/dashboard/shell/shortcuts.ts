/**
 * The page by keyboard: single keys, unless the reader writes or has switched them off.
 */
import type { View } from '../app.ts';
import { openDialog } from '../components/dialog.ts';
import { toggle } from '../components/toggle.ts';
import { moveCursor } from '../cursor.ts';
import { h } from '../dom.ts';
import type { Session } from '../session.ts';
import { checkpoint, control, whyNoStep, whyNotLive } from './control.ts';

interface Shortcut {
  readonly keys: readonly string[];
  /** How the keys are written. */
  readonly shown: string;
  readonly does: string;
  act(session: Session, key: string): unknown;
}

/** Does what is possible, and says why something is not. */
const when = (why: string | undefined, session: Session, act: () => unknown): unknown =>
  why === undefined ? act() : session.announce(why);

const shortcuts: readonly Shortcut[] = [
  {
    keys: ['p'],
    shown: 'P',
    does: 'Pause or resume the run',
    act: (session) =>
      when(whyNotLive(session), session, () =>
        control(session, { type: session.current.value?.head.value.status.state === 'paused' ? 'resume' : 'pause' }),
      ),
  },
  {
    keys: ['s'],
    shown: 'S',
    does: 'One step of a paused run',
    act: (session) => when(whyNoStep(session), session, () => control(session, { type: 'step' })),
  },
  {
    keys: ['g'],
    shown: 'G',
    does: 'One update of the generator alone',
    act: (session) => when(whyNoStep(session), session, () => control(session, { type: 'stepGenerator' })),
  },
  {
    keys: ['f'],
    shown: 'F',
    does: 'One update of the fake score alone',
    act: (session) => when(whyNoStep(session), session, () => control(session, { type: 'stepFake' })),
  },
  {
    keys: ['c'],
    shown: 'C',
    does: 'Keep a checkpoint',
    act: (session) => when(whyNotLive(session), session, () => checkpoint(session)),
  },
  {
    keys: ['ArrowLeft', 'ArrowRight'],
    shown: '← →',
    does: 'Samples and scores one moment back or forth',
    act: (session, key) => moveCursor(session, key === 'ArrowLeft' ? -1 : 1),
  },
  {
    keys: ['Home', 'End'],
    shown: 'Home End',
    does: 'To the first moment, or to the newest and along with it',
    act: (session, key) => moveCursor(session, key === 'Home' ? -Infinity : Infinity),
  },
];

/** Listens to keys of the whole page. */
export function listenForShortcuts(session: Session, views: readonly View[]): void {
  const ofRun = views.filter(({ name }) => name !== 'draw');
  document.addEventListener('keydown', (event) => {
    if (event.key === '?' && !isWriting(event)) return openHelp(session);
    if (!session.singleKeys.value || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event) || document.querySelector('dialog[open]')) return;
    const view = ofRun[Number(event.key) - 1];
    if (view) return session.go(view.name);
    const shortcut = shortcuts.find(({ keys }) => keys.includes(event.key));
    if (!shortcut || !session.current.value) return;
    event.preventDefault();
    shortcut.act(session, event.key);
  });
}

/** Whether the key belongs to what has the focus. */
function isWriting({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches('input:not([type=range], [type=checkbox], [type=radio]), textarea, select')) return true;
  const usesArrows = target.matches('input, [role=tab], [role^=menu], [tabindex="0"], .plot-container *, canvas');
  return usesArrows && (key.startsWith('Arrow') || key === 'Home' || key === 'End');
}

/** Shows what keys do. */
export function openHelp(session: Session): void {
  const rows = [
    ...shortcuts.map(({ shown, does }) => [shown, does] as const),
    ['1 – 7', 'To a view'] as const,
    ['?', 'This help'] as const,
  ];
  openDialog({
    title: 'Keys',
    content: [
      h(
        'dl',
        { class: 'shortcuts' },
        ...rows.flatMap(([keys, does]) => [
          h('dt', {}, ...keys.split(' ').map((key) => (key === '–' ? ' – ' : h('kbd', {}, key)))),
          h('dd', {}, does),
        ]),
      ),
      toggle('Single keys act', session.singleKeys),
    ],
  });
}

/**
 * The row of controls: what a run can be told while it goes.
 */
import { computed, effect, signal } from '@preact/signals-core';
import { button, type ButtonOptions } from '../components/button.ts';
import { menu } from '../components/menu.ts';
import { popover } from '../components/popover.ts';
import { slider } from '../components/slider.ts';
import { tooltip } from '../components/tooltip.ts';
import { h } from '../dom.ts';
import type { Session } from '../session.ts';
import { checkpoint, control, evaluate, exportGenerator, exportReplay, whyNoStep, whyNotLive } from './control.ts';

/** The pauses, in milliseconds, that slow motion offers. */
const pauses = [0, 50, 100, 200, 500, 1000, 2000, 5000] as const;
/** Milliseconds that the slider rests before the run is told. */
const REST = 150;

export function controls(session: Session): HTMLElement {
  const live = () => whyNotLive(session);
  const paused = () => whyNoStep(session);
  return h(
    'div',
    { class: 'row controls', role: 'toolbar', ariaLabel: 'Controls of the run' },
    ...pauseOrResume(session),
    button({
      label: 'Step',
      icon: 'step',
      hint: 'One step of Algorithm 1 (S)',
      reason: paused,
      onClick: () => control(session, { type: 'step' }),
    }),
    worded({
      label: 'Step G',
      hint: 'One update of the generator alone (G)',
      reason: paused,
      onClick: () => control(session, { type: 'stepGenerator' }),
    }),
    worded({
      label: 'Step fake',
      hint: 'One update of the fake score alone (F)',
      reason: paused,
      onClick: () => control(session, { type: 'stepFake' }),
    }),
    slowMotion(session),
    h('span', { class: 'rule' }),
    button({
      label: 'Checkpoint',
      icon: 'flag',
      kind: 'quiet',
      hint: 'Keep the run as it is now (C)',
      reason: live,
      onClick: () => checkpoint(session),
    }),
    button({
      label: 'Evaluate',
      icon: 'gauge',
      kind: 'quiet',
      hint: 'Judge the generator as it is now',
      reason: live,
      onClick: () => evaluate(session),
    }),
    exportMenu(session),
    stop(session),
  );
}

/** A button that keeps its words where others have room for their icons alone. */
function worded(options: ButtonOptions): HTMLElement {
  const element = button(options);
  element.classList.add('worded');
  return element;
}

/** One of two buttons at a time, in one place. */
function pauseOrResume(session: Session): HTMLElement[] {
  const reason = () => whyNotLive(session);
  const pause = button({
    label: 'Pause',
    icon: 'pause',
    kind: 'primary',
    hint: 'Wait before the next step (P)',
    reason,
    onClick: () => control(session, { type: 'pause' }),
  });
  const resume = button({
    label: 'Resume',
    icon: 'play',
    kind: 'primary',
    hint: 'Go on (P)',
    reason,
    onClick: () => control(session, { type: 'resume' }),
  });
  effect(() => {
    const isPaused = session.current.value?.head.value.status.state === 'paused';
    const hadFocus = document.activeElement === pause || document.activeElement === resume;
    pause.hidden = isPaused;
    resume.hidden = !isPaused;
    if (hadFocus) (isPaused ? resume : pause).focus();
  });
  return [pause, resume];
}

function slowMotion(session: Session): HTMLElement {
  const told = computed(() => indexOf(session.current.value?.head.value.status.slow ?? 0));
  const index = signal(0);
  /** The reader's last wish, until it is answered. */
  let wish: object | undefined;
  let timer: number | undefined;
  const ask = async (at: number) => {
    const mine = wish;
    await control(session, { type: 'setSlow', milliseconds: pauses[at]! });
    if (wish !== mine) return;
    wish = undefined;
    index.value = told.peek();
  };
  const element = slider({
    label: 'Slow motion',
    value: {
      get value() {
        return index.value;
      },
      set value(at) {
        index.value = at;
        wish = {};
        clearTimeout(timer);
        timer = window.setTimeout(() => void ask(at), REST);
      },
    },
    max: pauses.length - 1,
    format: (at) => (at === 0 ? 'off' : pauses[at]! < 1000 ? `${pauses[at]} ms` : `${pauses[at]! / 1000} s`),
  });
  const input = element.querySelector('input')!;
  effect(() => {
    const { value } = told;
    if (!wish) index.value = value;
  });
  effect(() => {
    input.disabled = whyNotLive(session) !== undefined;
  });
  tooltip(element, () => whyNotLive(session) ?? 'A pause after every step');
  return element;
}

/** The pause next to `milliseconds`: a script may have asked for any. */
function indexOf(milliseconds: number): number {
  const distances = pauses.map((pause) => Math.abs(pause - milliseconds));
  return distances.indexOf(Math.min(...distances));
}

function exportMenu(session: Session): HTMLElement {
  const reason = () => {
    if (!session.current.value) return 'Open a run first.';
    if (session.hostKind === 'replay') return 'A replay only shows.';
    return session.connection.value.state === 'open' ? undefined : 'The connection to the host is lost.';
  };
  return menu({ label: 'Export', icon: 'download', kind: 'quiet', reason }, () => [
    {
      label: 'Generator',
      hint: 'generator.safetensors and generator.onnx, in the run’s directory',
      onSelect: () => void exportGenerator(session),
    },
    {
      label: 'Whole run as one HTML file',
      hint: 'Replays in any browser, without a server',
      onSelect: () => void exportReplay(session),
    },
  ]);
}

/** Asks once. */
function stop(session: Session): HTMLElement {
  const anchor = button({
    label: 'Stop',
    icon: 'stop',
    kind: 'quiet',
    hint: 'End the run with a checkpoint',
    reason: () => whyNotLive(session),
    onClick: () => undefined,
  });
  const host = h('span', { class: 'menu-host' }, anchor);
  const asked = popover(anchor, 'Stop the run', () => [
    h('p', {}, 'The run ends with a checkpoint, and can be resumed from it.'),
    h(
      'div',
      { class: 'toolbar', attrs: { style: 'margin-top: 10px' } },
      button({
        label: 'Stop the run',
        kind: 'danger',
        icon: 'stop',
        onClick: async () => {
          await control(session, { type: 'stop' });
          asked.close();
        },
      }),
      button({ label: 'Let it go on', onClick: () => asked.close() }),
    ),
  ]);
  return host;
}

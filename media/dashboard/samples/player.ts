/**
 * Back and forth over the moments of the run: the page's one slider.
 */
import { computed, effect, signal } from '@preact/signals-core';
import type { App } from '../app.ts';
import { button } from '../components/button.ts';
import { slider } from '../components/slider.ts';
import { toggle } from '../components/toggle.ts';
import { follow, moveCursor, moveCursorTo } from '../cursor.ts';
import { h } from '../dom.ts';
import { indexAt, nameOfIteration, timelineOf } from '../timeline.ts';

/** Milliseconds that a moment stands, and at most that all of them take. */
const [STANDS, ALL] = [160, 12_000];

export function player(app: App): HTMLElement {
  const moments = computed(() => (app.current.value ? timelineOf(app.current.value).value : []));
  const at = computed(() => Math.max(0, indexAt(moments.value, app.cursor.value.iteration)));
  const playing = signal(false);
  const nothing = () => (moments.value.length < 2 ? 'There is one moment only, so far.' : undefined);
  const step = (label: string, icon: 'left' | 'right', by: number) =>
    button({
      label,
      icon,
      iconOnly: true,
      kind: 'quiet',
      reason: nothing,
      onClick: () => {
        playing.value = false;
        moveCursor(app, by);
      },
    });
  const following = {
    get value() {
      return app.cursor.value.following;
    },
    set value(following: boolean) {
      playing.value = false;
      follow(app, following);
    },
  };
  playWhile(app, playing, moments);
  return h(
    'div',
    { class: 'toolbar player' },
    ...playOrRest(playing, nothing, () => {
      if (at.peek() >= moments.peek().length - 1) moveCursorTo(app, 0);
    }),
    step('One moment back', 'left', -1),
    slider({
      label: 'Moment',
      quietLabel: true,
      value: {
        get value() {
          return at.value;
        },
        set value(index) {
          playing.value = false;
          moveCursorTo(app, index);
        },
      },
      max: () => Math.max(0, moments.value.length - 1),
      format: () =>
        app.current.value && moments.value.length > 0
          ? nameOfIteration(app.current.value, moments.value[at.value]!)
          : 'nothing yet',
    }),
    step('One moment forth', 'right', 1),
    toggle('Newest', following),
  );
}

function playOrRest(playing: { value: boolean }, reason: () => string | undefined, rewind: () => void): HTMLElement[] {
  const play = button({
    label: 'Play',
    icon: 'play',
    iconOnly: true,
    kind: 'quiet',
    reason,
    onClick: () => {
      rewind();
      playing.value = true;
      rest.focus();
    },
  });
  const rest = button({
    label: 'Stop playing',
    icon: 'pause',
    iconOnly: true,
    kind: 'quiet',
    onClick: () => {
      playing.value = false;
      play.focus();
    },
  });
  effect(() => {
    play.hidden = playing.value;
    rest.hidden = !playing.value;
  });
  return [play, rest];
}

/** Moves on while `playing`, and rests at the last moment. */
function playWhile(app: App, playing: { value: boolean }, moments: { peek(): readonly number[] }): void {
  let timer: number | undefined;
  effect(() => {
    clearInterval(timer);
    if (!playing.value) return;
    const every = Math.min(STANDS, ALL / Math.max(1, moments.peek().length));
    timer = window.setInterval(() => {
      moveCursor(app, 1);
      if (app.cursor.peek().following) playing.value = false;
    }, every);
  });
}

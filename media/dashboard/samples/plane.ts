/**
 * The samples of a run in the plane, which move as the generator does.
 */
import { computed, effect, signal } from '@preact/signals-core';
import type { App } from '../app.ts';
import { button } from '../components/button.ts';
import { toggle } from '../components/toggle.ts';
import { h } from '../dom.ts';
import { short } from '../format.ts';
import type { RunModel } from '../run-model.ts';
import type { Shown } from '../shown.ts';
import { matching, themeVersion } from '../theme.ts';
import { nameOfIteration } from '../timeline.ts';
import { eventAt, kindOf, oneStepEvents, teacherEvent, teacherNfe } from './moments.ts';
import { drawPlot, pointNear, reachOf, type Points } from './plane-plot.ts';
import { surfaceOf } from './surface.ts';

/** Milliseconds that points take from one moment to the next, and pixels of the largest square. */
const [MOVES, LARGEST] = [260, 620];

const NONE = new Float32Array();

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

export function plane(app: App): HTMLElement {
  const shows = {
    teacher: app.settings.signal('samples.teacher', true, isBoolean),
    oneStep: app.settings.signal('samples.oneStep', true, isBoolean),
    pairs: app.settings.signal('samples.pairs', false, isBoolean),
  };
  const chosen = signal<number | undefined>(undefined);
  const still = matching('(prefers-reduced-motion: reduce)');
  const canvas = h('canvas', { role: 'img' });
  const caption = h('p', { class: 'soft numbers' });
  const box = h('div', { class: 'plane-box' }, canvas);
  const moment = computed(() => {
    const model = app.current.value;
    if (!model || kindOf(model) !== 'plane') return undefined;
    const events = oneStepEvents(model);
    const taught = teacherEvent(model)?.points;
    return { model, taught, events, now: eventAt(events, app.cursor.value.iteration) };
  });
  const reach = computed(() => {
    const { taught, events } = moment.value ?? {};
    return reachOf(taught ?? events?.at(-1)?.points ?? NONE);
  });
  let points: Points = NONE;
  let frame: number | undefined;

  const draw = () => {
    if (!moment.peek() || surface.room() === 0) return;
    const side = Math.min(surface.room(), LARGEST);
    const ratio = surface.begin(() => [Math.round(side * devicePixelRatio), Math.round(side * devicePixelRatio)]);
    const { taught, events, now } = moment.peek()!;
    const trail = chosen.peek() === undefined ? undefined : trailOf(events, now, chosen.peek()!, points);
    const plot = {
      teacher: shows.teacher.peek() ? taught : undefined,
      oneStep: shows.oneStep.peek() ? points : undefined,
      pairs: shows.pairs.peek(),
      trail,
      reach: reach.peek(),
    };
    drawPlot(surface.context, plot, canvas.width, ratio);
  };
  const surface = surfaceOf(canvas, box, draw);

  /** Lets the points go from where they are to `target`. */
  const move = (target: Points) => {
    const from = points;
    const begin = performance.now();
    const isFar = from.length !== target.length || still.peek() || document.hidden;
    if (frame !== undefined) cancelAnimationFrame(frame);
    const next = (time: number) => {
      const share = isFar ? 1 : Math.min(1, Math.max(0, time - begin) / MOVES);
      const eased = share * (2 - share);
      points = share === 1 ? target : target.map((value, i) => from[i]! + eased * (value - from[i]!));
      draw();
      frame = share < 1 ? requestAnimationFrame(next) : undefined;
    };
    if (isFar) next(begin);
    else frame = requestAnimationFrame(next);
  };

  effect(() => {
    if (!moment.value) return;
    const { model, now } = moment.value;
    caption.textContent = now ? describe(model, now) : 'Not shown yet.';
    canvas.ariaLabel = caption.textContent;
    move(now?.points ?? NONE);
  });
  effect(() => {
    void [themeVersion.value, reach.value, shows.teacher.value, shows.oneStep.value, shows.pairs.value, chosen.value];
    draw();
  });
  effect(() => {
    if (chosen.value !== undefined) app.focus.value = { ...app.focus.peek(), sample: chosen.value };
  });
  canvas.addEventListener('click', ({ offsetX, offsetY }) => {
    const near = pointNear(points, [offsetX, offsetY], canvas.clientWidth, reach.peek());
    chosen.value = near === chosen.peek() ? undefined : near;
  });
  return h(
    'div',
    { class: 'plane' },
    h(
      'div',
      { class: 'toolbar' },
      keyed('teacher', toggle('Teacher', shows.teacher)),
      keyed('one-step', toggle('One step', shows.oneStep)),
      toggle('Pairs', shows.pairs),
      chooser(chosen, () => (moment.value?.now?.points?.length ?? 0) / 2),
    ),
    box,
    caption,
  );
}

/** Where a sample has been up to `now`; at its end, where it is drawn. */
function trailOf(events: readonly Shown[], now: Shown | undefined, sample: number, points: Points): Points {
  const before = events.filter(({ iteration }) => now && iteration < now.iteration);
  const all = [...before.map((event) => event.points ?? NONE), points];
  return Float32Array.from(all.flatMap((points) => [...points.subarray(2 * sample, 2 * sample + 2)]));
}

/** A toggle with the colour of what it shows. */
function keyed(colour: 'teacher' | 'one-step', element: HTMLElement): HTMLElement {
  const swatch = h('span', { class: 'swatch' });
  swatch.style.color = `var(--${colour})`;
  element.append(swatch);
  return element;
}

/** Chooses a sample whose way is drawn, for those who do not point at it. */
function chooser(chosen: { value: number | undefined }, count: () => number): HTMLElement {
  const words = h('span', { class: 'numbers' });
  effect(() => {
    words.textContent = chosen.value === undefined ? 'Way of a sample' : `Way of sample ${chosen.value + 1}`;
  });
  const by = (step: number) => () => {
    const all = count();
    if (all > 0) chosen.value = ((chosen.value ?? (step > 0 ? -1 : 0)) + step + all) % all;
  };
  const clear = button({
    label: 'Show no way',
    icon: 'close',
    iconOnly: true,
    kind: 'quiet',
    onClick: () => (chosen.value = undefined),
  });
  effect(() => {
    clear.hidden = chosen.value === undefined;
  });
  return h(
    'span',
    { class: 'toolbar chooser' },
    button({ label: 'Sample before', icon: 'left', iconOnly: true, kind: 'quiet', onClick: by(-1) }),
    words,
    button({ label: 'Next sample', icon: 'right', iconOnly: true, kind: 'quiet', onClick: by(1) }),
    clear,
  );
}

function describe(model: RunModel, { iteration, points = NONE }: Shown): string {
  const spreadOf = (axis: 0 | 1) => {
    const values = points.filter((_, i) => i % 2 === axis);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `${short(mean)} ± ${short(Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length))}`;
  };
  const nfe = teacherNfe(model);
  return (
    `${points.length / 2} points from the same noise at ${nameOfIteration(model, iteration)}: ` +
    `one step, 1 NFE${nfe === undefined ? '' : `; teacher, ${nfe} NFE`}. One step: x ${spreadOf(0)}, y ${spreadOf(1)}.`
  );
}

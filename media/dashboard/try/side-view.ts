/**
 * What one step, or the teacher, has drawn on demand: its samples and the time they took.
 */
import { computed, effect, type ReadonlySignal } from '@preact/signals-core';
import { h } from '../dom.ts';
import { seconds } from '../format.ts';
import { surfaceOf } from '../samples/surface.ts';
import { themeVersion } from '../theme.ts';
import type { Batch, Side } from './generated.ts';
import { drawImages, drawPoints, imageOf, layoutOf } from './picture.ts';

export interface SideOptions {
  readonly name: string;
  readonly colour: 'teacher' | 'one-step';
  readonly side: ReadonlySignal<Side>;
  /** How many are shown, of those that there are: all, but in a race. */
  readonly shown: (batch: Batch) => number;
  /** Which one of a way is looked at. */
  readonly chosen: ReadonlySignal<number>;
  /** Of the plane, for both sides. */
  readonly reach: ReadonlySignal<number>;
  /** The longest time per image of both sides, in seconds. */
  readonly slowest: ReadonlySignal<number>;
  /** Between the name and the samples. */
  readonly controls?: HTMLElement;
}

/** Pixels of the largest picture of a plane, and between images. */
const [LARGEST, GAP] = [540, 1];

export function sideView({ name, colour, side, shown, chosen, reach, slowest, controls }: SideOptions): HTMLElement {
  const batch = computed(() => side.value.batch);
  const isWay = computed(() => batch.value?.of.toSeed !== undefined);
  const isPlane = computed(() => batch.value?.shape.length === 2);
  const points = computed(() => (batch.value && isPlane.value ? batch.value.values : new Float32Array()));
  const images = computed(() =>
    batch.value && !isPlane.value
      ? Array.from({ length: batch.value.shape[0]! }, (_, i) => imageOf(batch.value!, i))
      : [],
  );
  const shownCount = computed(() => (batch.value ? shown(batch.value) : 0));
  const at = computed(() => (isWay.value ? Math.min(chosen.value, (batch.value?.shape[0] ?? 1) - 1) : undefined));

  const canvas = h('canvas', { role: 'img', class: 'pixels' });
  const enlarged = h('canvas', { role: 'img', class: 'pixels try-enlarged' });
  const box = h('div', { class: 'try-box' }, canvas);
  const draw = () => {
    const now = batch.peek();
    const room = surface.room();
    if (!now || room === 0) return;
    const gap = Math.round(GAP * devicePixelRatio);
    if (isPlane.peek()) {
      const edge = Math.round(Math.min(room, LARGEST) * devicePixelRatio);
      const ratio = surface.begin(() => [edge, edge]);
      const options = { shown: shownCount.peek(), chosen: at.peek(), colour, side: edge, ratio, reach: reach.peek() };
      drawPoints(surface.context, points.peek(), options);
      return;
    }
    const layout = layoutOf(images.peek().length, Math.floor(room * devicePixelRatio), gap, isWay.peek());
    surface.begin(() => [layout.columns * (layout.tile + gap) - gap, layout.height]);
    drawImages(surface.context, images.peek(), layout, { shown: shownCount.peek(), chosen: at.peek() });
  };
  const surface = surfaceOf(canvas, box, draw);
  effect(() => {
    void [batch.value, shownCount.value, at.value, reach.value, themeVersion.value];
    draw();
  });
  effect(() => {
    const image = at.value === undefined ? undefined : images.value[at.value];
    enlarged.hidden = !image;
    if (!image) return;
    [enlarged.width, enlarged.height] = [image.width, image.height];
    enlarged.getContext('2d')!.drawImage(image, 0, 0);
    enlarged.ariaLabel = `${name}, ${at.value! + 1} of ${images.value.length}`;
  });
  effect(() => {
    box.hidden = !batch.value;
    canvas.ariaLabel = batch.value ? `${name}: ${batch.value.shape[0]} ${isPlane.value ? 'points' : 'images'}` : '';
  });

  const figure = h(
    'figure',
    { class: 'try-side' },
    caption(name, side),
    controls ?? h('div', { class: 'try-controls' }),
    enlarged,
    box,
    note(side),
    measured(side, slowest, colour),
  );
  effect(() => void (figure.ariaBusy = String(side.value.busy)));
  return figure;
}

function caption(name: string, side: ReadonlySignal<Side>): HTMLElement {
  const [words, busy] = [h('span', {}, name), h('span', { class: 'try-busy' }, 'drawing…')];
  effect(() => {
    const { batch, busy: isBusy } = side.value;
    words.textContent = batch ? `${name}, ${batch.nfe} NFE` : name;
    // its place stays, so that nothing moves
    busy.style.visibility = isBusy ? 'visible' : 'hidden';
  });
  return h('figcaption', {}, words, busy);
}

function note(side: ReadonlySignal<Side>): HTMLElement {
  const words = h('p', { class: 'try-note', role: 'status' });
  effect(() => {
    const { problem, batch, busy } = side.value;
    words.textContent = problem ?? (!batch && busy ? 'The first time takes some seconds: networks are loaded.' : '');
    words.hidden = words.textContent === '';
    words.classList.toggle('bad', problem !== undefined);
  });
  return words;
}

/** The time per sample in words, and as a bar beside that of the other side. */
function measured(side: ReadonlySignal<Side>, slowest: ReadonlySignal<number>, colour: string): HTMLElement {
  const [words, bar] = [h('p', { class: 'numbers' }), h('div', { class: 'try-bar' }, h('div'))];
  bar.style.color = `var(--${colour})`;
  const element = h('div', {}, words, bar);
  effect(() => {
    const { batch } = side.value;
    element.hidden = !batch;
    if (!batch) return;
    const { secondsPerImage, shape } = batch;
    const one = shape.length === 2 ? 'point' : 'image';
    const rate = Math.round(1 / secondsPerImage).toLocaleString('en');
    words.textContent = `${seconds(secondsPerImage)} per ${one} · ${rate} ${one}s/s`;
    const share = slowest.value > 0 ? secondsPerImage / slowest.value : 0;
    (bar.firstElementChild as HTMLElement).style.transform = `scaleX(${share})`;
  });
  return element;
}

/**
 * One sample large: the teacher's beside the generator's from the same noise, and how it came to be over the steps.
 */
import { effect } from '@preact/signals-core';
import type { App } from '../app.ts';
import { button } from '../components/button.ts';
import { openDialog } from '../components/dialog.ts';
import { moveCursor } from '../cursor.ts';
import { h } from '../dom.ts';
import type { RunModel } from '../run-model.ts';
import type { Shown } from '../shown.ts';
import { nameOfIteration } from '../timeline.ts';
import type { Frames } from './frames.ts';
import { classOf, eventAt, nearestEvent, oneStepEvents, spread, teacherEvent } from './moments.ts';
import { nearestImages } from './nearest-images.ts';
import { drawTile, tileIn } from './tiles.ts';

/** Moments in the strip, and the least width of a large image in pixels of the screen. */
const [MOMENTS, LARGE] = [18, 280];

/** Opens sample number `sample`, from 0, of a run. Arrow keys move along the moments. */
export function openSample(app: App, frames: Frames, model: RunModel, sample: number): void {
  const teacher = h('canvas', { class: 'pixels', role: 'img' });
  const oneStep = h('canvas', { class: 'pixels', role: 'img' });
  const place = h('span', {});
  const strip = h('div', { class: 'strip', role: 'group', ariaLabel: 'The same sample over the steps' });
  const nearest = nearestImages(frames, sample);
  const label = classOf(model, sample);
  let last: readonly Shown[] = [];
  const stop = effect(() => {
    void frames.version.value;
    const events = oneStepEvents(model);
    const now = eventAt(events, app.cursor.value.iteration);
    const taught = teacherEvent(model);
    const moments = spread(events, MOMENTS);
    const near = nearestEvent(model, app.cursor.value.iteration);
    frames.want(model, [now, taught, near, ...moments]);
    nearest.show(model, near);
    draw(teacher, frames, model, taught, sample, LARGE);
    draw(oneStep, frames, model, now, sample, LARGE);
    teacher.ariaLabel = 'Teacher';
    if (now) oneStep.ariaLabel = place.textContent = nameOfIteration(model, now.iteration);
    if (moments.length !== last.length || moments.some((event, i) => event !== last[i]))
      strip.replaceChildren(...moments.map((event) => momentButton(app, model, event)));
    last = moments;
    const marked = moments.findLast((event) => event.iteration <= (now?.iteration ?? 0));
    moments.forEach((event, i) => {
      const button = strip.children[i] as HTMLElement;
      button.setAttribute('aria-current', String(event === marked));
      draw(button.querySelector('canvas')!, frames, model, event, sample, 0);
    });
  });
  const dialog = openDialog({
    title: `Sample ${sample + 1}${label === undefined ? '' : `, class ${label}`}`,
    width: 680,
    content: [
      h(
        'div',
        { class: 'enlarged' },
        h('figure', {}, h('figcaption', {}, 'Teacher'), teacher),
        h('figure', {}, h('figcaption', {}, 'One step, ', place), oneStep),
      ),
      h('h3', {}, 'Over the steps'),
      strip,
      nearest.element,
      button({
        label: 'Its score difference',
        icon: 'layers',
        onClick: () => {
          dialog.close();
          app.go('scores');
        },
      }),
    ],
    onClose: stop,
  });
  dialog.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    moveCursor(app, by);
  });
}

function momentButton(app: App, model: RunModel, { iteration }: Shown): HTMLElement {
  const name = nameOfIteration(model, iteration);
  const isNewest = () => oneStepEvents(model).at(-1)?.iteration === iteration;
  return h(
    'button',
    { type: 'button', onclick: () => (app.cursor.value = { iteration, following: isNewest() }) },
    h('canvas', { class: 'pixels' }),
    h('span', {}, name),
  );
}

/** Draws one image as whole multiples of its pixels, at least `least` wide. */
function draw(
  canvas: HTMLCanvasElement,
  frames: Frames,
  model: RunModel,
  event: Shown | undefined,
  sample: number,
  least: number,
): void {
  const bitmap = event && frames.get(model, event);
  if (!event || !(bitmap instanceof ImageBitmap)) return;
  const { width, height } = tileIn(bitmap, event, sample);
  const times = Math.max(1, Math.ceil(least / width));
  [canvas.width, canvas.height] = [width * times, height * times];
  drawTile(canvas.getContext('2d')!, bitmap, event, sample, { x: 0, y: 0, width: canvas.width, height: canvas.height });
}

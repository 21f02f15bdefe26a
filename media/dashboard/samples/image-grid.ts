/**
 * A grid of images that can be chosen, with the pointer or the arrow keys.
 */
import { effect } from '@preact/signals-core';
import type { App } from '../app.ts';
import { h } from '../dom.ts';
import type { RunModel } from '../run-model.ts';
import type { Shown } from '../shown.ts';
import type { Frames } from './frames.ts';
import { classOf } from './moments.ts';
import { surfaceOf } from './surface.ts';
import { drawGrid, gridIn } from './tiles.ts';

const GAP = 1;

export interface ImageGridOptions {
  readonly app: App;
  readonly frames: Frames;
  /** Reads signals. */
  readonly event: (model: RunModel) => Shown | undefined;
  /** Reads signals. */
  readonly caption: (model: RunModel) => string;
  readonly onChoose: (model: RunModel, sample: number) => void;
}

export function imageGrid({ app, frames, event, caption, onChoose }: ImageGridOptions): HTMLElement {
  const canvas = h('canvas', { ariaHidden: 'true' });
  const buttons = h('div', { class: 'tiles', role: 'group' });
  const note = h('p', { class: 'soft' });
  const words = h('figcaption', {});
  const figure = h('figure', { class: 'samples' }, words, h('div', { class: 'tile-box' }, canvas, buttons), note);
  let shown: { readonly bitmap: ImageBitmap; readonly event: Shown } | undefined;
  const surface = surfaceOf(canvas, figure, () => draw());

  const draw = () => {
    // one that was put away has no size
    if (!shown?.bitmap.width || surface.room() === 0) return;
    const { bitmap, event } = shown;
    const grid = gridIn(
      Math.floor(surface.room() * devicePixelRatio),
      Math.round(GAP * devicePixelRatio),
      bitmap,
      event,
    );
    surface.begin(() => [grid.width, grid.height]);
    drawGrid(surface.context, bitmap, event, grid);
  };

  effect(() => {
    void frames.version.value;
    const model = app.current.value;
    if (!model) return;
    const now = event(model);
    const picture = now && frames.get(model, now);
    words.textContent = caption(model);
    buttons.ariaLabel = caption(model);
    note.textContent = !now ? 'Not shown yet.' : picture === 'missing' ? 'This picture is missing.' : '';
    canvas.parentElement!.hidden = note.textContent !== '';
    if (now) fill(buttons, model, now, onChoose);
    // what was there stays until its successor has come
    if (!now || !(picture instanceof ImageBitmap)) return;
    shown = { bitmap: picture, event: now };
    draw();
  });
  buttons.addEventListener('keydown', (event) => moveAmong(buttons, event));
  return figure;
}

/** A button for every image, of which one is reached by Tab and the others by arrow keys. */
function fill(
  buttons: HTMLElement,
  model: RunModel,
  { count, columns }: Shown,
  onChoose: (model: RunModel, sample: number) => void,
): void {
  const key = `${model.run} ${count} ${columns}`;
  if (buttons.dataset.key === key) return;
  buttons.dataset.key = key;
  buttons.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
  buttons.replaceChildren(
    ...Array.from({ length: count }, (_, i) => {
      const label = classOf(model, i);
      return h('button', {
        type: 'button',
        tabIndex: i === 0 ? 0 : -1,
        ariaLabel: `Sample ${i + 1}${label === undefined ? '' : `, class ${label}`}`,
        onclick: () => onChoose(model, i),
      });
    }),
  );
}

function moveAmong(buttons: HTMLElement, event: KeyboardEvent): void {
  const all = [...buttons.children] as HTMLElement[];
  const at = all.indexOf(event.target as HTMLElement);
  const columns = buttons.style.gridTemplateColumns.match(/\d+/)?.[0];
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: Number(columns), ArrowUp: -Number(columns) }[event.key];
  const next = by === undefined ? undefined : all[at + by];
  if (!next) return;
  event.preventDefault();
  all[at]!.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

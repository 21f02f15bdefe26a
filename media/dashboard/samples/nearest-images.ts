/**
 * The images that the run learns from which are nearest to one sample: whether it was made up or remembered.
 */
import { h } from '../dom.ts';
import { short } from '../format.ts';
import type { RunModel } from '../run-model.ts';
import { nameOfIteration } from '../timeline.ts';
import type { Frames } from './frames.ts';
import type { nearestEvent } from './moments.ts';
import { drawTile, tileIn } from './tiles.ts';

type NearestEvent = NonNullable<ReturnType<typeof nearestEvent>>;

/** An element, and what shows `event` in it, or that there is none. */
export function nearestImages(frames: Frames, sample: number) {
  const words = h('p', { class: 'soft' });
  const row = h('div', { class: 'nearest' });
  const element = h('section', { hidden: true }, h('h3', {}, 'Nearest training images'), words, row);
  const show = (model: RunModel, event: NearestEvent | undefined) => {
    element.hidden = !event;
    if (!event) return;
    const { among, images, each, distances } = event;
    const of = among === 'pairs' ? 'pairs that it learns from' : `training images of ${among}`;
    words.textContent =
      `Of ${images.toLocaleString('en')} ${of}, at ${nameOfIteration(model, event.iteration)}; below each, how far its ` +
      'pixels (−1 to 1) are from those of the sample, as root mean square.';
    while (row.children.length < each)
      row.append(h('figure', {}, h('canvas', { class: 'pixels', role: 'img' }), h('figcaption', { class: 'numbers' })));
    const bitmap = frames.get(model, event);
    const grid = { columns: each, count: distances.length };
    for (let i = 0; i < each; i++) {
      const at = sample * each + i;
      const [canvas, caption] = row.children[i]!.children as unknown as [HTMLCanvasElement, HTMLElement];
      caption.textContent = distances[at] === undefined ? '' : short(distances[at]);
      canvas.ariaLabel = `Nearest image ${i + 1}, at a distance of ${caption.textContent}`;
      if (!(bitmap instanceof ImageBitmap) || at >= distances.length) continue;
      const { width, height } = tileIn(bitmap, grid, at);
      [canvas.width, canvas.height] = [width, height];
      drawTile(canvas.getContext('2d')!, bitmap, grid, at, { x: 0, y: 0, width, height });
    }
  };
  return { element, show };
}

/**
 * Scores of images: each tensor of a sample as a picture, what has a sign in colours that are symmetric about zero.
 */
import { effect, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { App } from '../app.ts';
import { h } from '../dom.ts';
import { short } from '../format.ts';
import { classOf } from '../samples/moments.ts';
import { symbol, type SymbolName } from '../symbols.ts';
import { themeVersion } from '../theme.ts';
import { symmetricBound } from '../../../src/colours/diverging.ts';
import { noisedRange, paintImage, type Paint } from './paint-image.ts';
import type { Scores } from './scores-of.ts';
import { oneOf, rms, type Quantity, type Seen } from './seen.ts';

const columns: readonly { readonly of: Quantity; readonly heading: readonly (SymbolName | '−')[]; readonly name: string }[] = [
  { of: 'x', heading: ['x'], name: 'x' },
  { of: 'x_t', heading: ['x_t'], name: 'x_t' },
  { of: 'mu_real', heading: ['mu_real'], name: 'μ_real' },
  { of: 'mu_fake', heading: ['mu_fake'], name: 'μ_fake' },
  { of: 'difference', heading: ['mu_fake', '−', 'mu_real'], name: 'μ_fake − μ_real' },
  { of: 'gradient', heading: ['grad_x'], name: '∇x' },
]; // prettier-ignore

/** `all`: every sample that was seen, not the chosen one alone. */
export function imageScores(
  app: App,
  scores: Scores,
  place: ReadonlySignal<number>,
  all: Signal<boolean>,
): HTMLElement {
  const table = h('div', { class: 'score-images', role: 'group', ariaLabel: 'Scores of images' });
  const legends = { difference: legend(), gradient: legend() };
  const notes = new Map(columns.map(({ of }) => [of, h('small', { class: 'soft numbers' })]));
  const heads = columns.map(({ of, heading }) =>
    h(
      'div',
      { class: 'score-head' },
      h('span', {}, ...heading.map((part) => (part === '−' ? ' − ' : symbol(part)))),
      notes.get(of)!,
      of in legends && legends[of as keyof typeof legends].element,
    ),
  );
  table.append(...heads);
  let cells: HTMLElement[] = [];
  effect(() => {
    void themeVersion.value;
    const seen = scores.seen.value;
    const model = app.current.value;
    if (!model || seen?.shape.length !== 3) return;
    const places = all.value ? seen.samples.map((_, i) => i) : [place.value];
    table.classList.toggle('many', all.value);
    const wanted = places.length * columns.length;
    for (const cell of cells.splice(wanted)) cell.remove();
    while (cells.length < wanted) {
      const cell = h('div', { class: 'score-cell' }, h('canvas', { class: 'pixels', role: 'img' }));
      cells = [...cells, cell];
      table.append(cell);
    }
    const bounds = { difference: bound(seen, 'difference', places), gradient: bound(seen, 'gradient', places) };
    legends.difference.show(bounds.difference);
    legends.gradient.show(bounds.gradient);
    places.forEach((sample, row) => {
      const label = classOf(model, seen.samples[sample]!);
      columns.forEach(({ of, name }, column) => {
        const cell = cells[row * columns.length + column]!;
        const canvas = cell.firstElementChild as HTMLCanvasElement;
        const values = oneOf(seen, of, sample);
        paintImage(canvas, values, seen.shape, paintOf(of, seen, bounds));
        canvas.ariaLabel = `${name}, sample ${seen.samples[sample]! + 1}${label === undefined ? '' : `, class ${label}`}, root mean square ${short(rms(values))}`;
        cell.classList.toggle('chosen', all.value && sample === place.value);
        if (row === 0) notes.get(of)!.textContent = of in bounds ? '' : noteOf(of, seen);
      });
    });
  });
  return table;
}

const bound = (seen: Seen, of: Quantity, places: readonly number[]): number =>
  symmetricBound(
    places.length === seen.samples.length ? seen.tensors[of] : oneOf(seen, of, places[0]!),
  ); // prettier-ignore

function paintOf(of: Quantity, { sigma }: Seen, bounds: { readonly difference: number; readonly gradient: number }): Paint {
  if (of === 'difference' || of === 'gradient') return { kind: 'signed', bound: bounds[of] };
  return { kind: 'image', range: of === 'x_t' ? noisedRange(sigma) : 1 };
} // prettier-ignore

const noteOf = (of: Quantity, { sigma }: Seen): string =>
  `±${short(of === 'x_t' ? noisedRange(sigma) : 1)}, black to white`;

/** The colours from −bound over zero to bound. */
function legend() {
  const [minus, plus] = [h('span', {}), h('span', {})];
  const element = h(
    'div',
    { class: 'diverging-legend numbers' },
    minus,
    h('span', { class: 'bar', attrs: { 'aria-hidden': 'true' } }, h('span', {}, '0')),
    plus,
  );
  return {
    element,
    show(bound: number) {
      minus.textContent = `−${short(bound)}`;
      plus.textContent = short(bound);
    },
  };
}

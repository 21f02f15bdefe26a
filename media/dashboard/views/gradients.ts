/**
 * Gradients: how strongly each loss pulls at each layer over the run, which layers are out of the ordinary, and how one
 * layer's gradients are distributed.
 */
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { App, View } from '../app.ts';
import { Chart } from '../charts/chart.ts';
import type { LayerHealth } from '../charts/layer-health.ts';
import { withSubscripts } from '../charts/subscripts.ts';
import { button } from '../components/button.ts';
import { choice } from '../components/choice.ts';
import { h } from '../dom.ts';
import { layerAnswer, type LayerAnswer } from '../gradients/ask-layer.ts';
import { flagSign, heatMap } from '../gradients/heat-map.ts';
import { histogramChart, type Part } from '../gradients/histogram.ts';
import { flagsAt, losses, lossWords, normsOf, type Loss, type NormsOverTime } from '../gradients/layer-norms.ts';

export const gradients: View = { name: 'gradients', title: 'Gradients', mount };

const isLoss = (value: unknown): value is Loss => (losses as readonly unknown[]).includes(value);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const nothing: NormsOverTime = { layers: [], iterations: [], norms: [] };

function mount(app: App): HTMLElement {
  const loss = app.settings.signal<Loss>('gradients.loss', 'matching', isLoss);
  const log = app.settings.signal('gradients.log', true, isBoolean);
  const part = signal<Part>('gradient');
  const layer = signal<string | undefined>(undefined);
  const again = signal(0);
  const norms = computed(() => (app.current.value ? normsOf(app.current.value, loss.value) : nothing));
  const flags = computed(() => flagsAt(norms.value, app.cursor.value.iteration));
  effect(() => {
    const { layers } = norms.value;
    if (!layers.includes(layer.peek() ?? '')) layer.value = layers[0];
  });

  const map = new Chart(app, heatMap(app, { norms, flags, layer }));
  effect(() => map.element.style.setProperty('--rows', String(norms.value.layers.length)));
  effect(() => map.markAt(app.cursor.value.iteration));
  const seen = signal(false);
  const answer = layerAnswer(app, layer, seen, again);
  const histogram = new Chart(app, histogramChart({ answer, loss, part, log }));
  effect(() => void (seen.value = histogram.isVisible.value));

  const from = h('p', { class: 'soft gradients-from' });
  effect(() => void from.replaceChildren(...withSubscripts(lossWords[loss.value].from)));
  return h(
    'div',
    { class: 'gradients' },
    h('div', { class: 'toolbar' }, choice('Loss', loss, losses.map((value) => ({ value, label: lossWords[value].name }))), from),
    h(
      'div',
      { class: 'gradients-grid' },
      map.element,
      h(
        'div',
        {},
        h(
          'div',
          { class: 'toolbar' },
          layerSelect(norms, layer),
          choice('Part', part, [
            { value: 'gradient', label: 'Gradient' },
            { value: 'weights', label: 'Weights' },
          ]),
        ),
        histogram.element,
        h(
          'div',
          { class: 'gradients-asked' },
          askedWords(app, answer, loss, part),
          // a replay has nobody to ask
          ...(app.hostKind === 'replay' ? [] : [button({ label: 'Ask again', kind: 'quiet', onClick: () => again.value++ })]),
        ),
        flagList(norms, flags, layer),
      ),
    ),
  ); // prettier-ignore
}

/** The layer, for those who choose from a list. */
function layerSelect(norms: ReadonlySignal<NormsOverTime>, layer: Signal<string | undefined>): HTMLElement {
  const select = h('select', { class: 'field', ariaLabel: 'Layer', onchange: () => (layer.value = select.value) });
  let listed: readonly string[] | undefined;
  effect(() => {
    const { layers } = norms.value;
    if (listed?.join('\n') !== layers.join('\n')) {
      listed = layers;
      select.replaceChildren(...layers.map((name) => h('option', { value: name }, name)));
    }
    select.disabled = layers.length === 0;
    select.value = layer.value ?? '';
  });
  return select;
}

/** Layers that are out of the ordinary where the cursor is, and why; each a button that chooses it. */
function flagList(
  norms: ReadonlySignal<NormsOverTime>,
  flags: ReadonlySignal<ReadonlyMap<number, LayerHealth>>,
  layer: Signal<string | undefined>,
): HTMLElement {
  const list = h('ul', { class: 'gradients-flags', attrs: { 'aria-label': 'Flagged layers' } });
  effect(() => {
    const { layers } = norms.value;
    const items = [...flags.value].map(([i, health]) =>
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', class: 'button quiet', onclick: () => (layer.value = layers[i]) },
          h('span', { class: 'gradients-flag' }, `${flagSign(health)} ${health.flag}`),
          h('strong', {}, layers[i]),
          h('span', { class: 'soft' }, health.reason),
        ),
      ),
    );
    const none = h('li', { class: 'soft' }, layers.length > 0 ? 'No layer is out of the ordinary here.' : '');
    list.replaceChildren(...(items.length > 0 ? items : [none]));
  });
  return list;
}

/** Of when the answer is, and how strong the whole is. */
function askedWords(
  { current }: App,
  answer: ReadonlySignal<LayerAnswer>,
  loss: ReadonlySignal<Loss>,
  part: ReadonlySignal<Part>,
): HTMLElement {
  const words = h('p', { class: 'soft numbers' });
  effect(() => {
    const { layer, iteration } = answer.value;
    const shown = part.value === 'weights' ? layer?.weights : layer?.[loss.value];
    const where = current.value?.head.value.live ? `iteration ${iteration}` : `last checkpoint, iteration ${iteration}`;
    words.textContent = shown ? `norm ${shown.norm.toPrecision(3)} · ${where}` : '';
  });
  return words;
}

/**
 * The configuration of the run, and of those that are laid over it: searched, and only what was changed or differs.
 */
import { computed, effect, signal } from '@preact/signals-core';
import schema from '../../../schema/dmd.schema.json';
import type { App } from '../app.ts';
import { choice } from '../components/choice.ts';
import { h } from '../dom.ts';
import type { RunModel } from '../run-model.ts';
import { titleOf } from '../run-title.ts';
import { seriesColour } from '../theme.ts';
import { configRows, matching, type ConfigRow } from './config-rows.ts';

const filters = ['all', 'changed', 'differs'] as const;
type Filter = (typeof filters)[number];
const isFilter = (value: unknown): value is Filter => (filters as readonly unknown[]).includes(value);

export function configuration(app: App): HTMLElement {
  const filter = app.settings.signal<Filter>('details.filter', 'all', isFilter);
  const search = signal('');
  const runs = computed(() => {
    const { value: current } = app.current;
    const others = app.overlaid.value.filter((model) => model !== current);
    return [...(current ? [current] : []), ...others].filter(({ started }) => started.value);
  });
  const rows = computed(() =>
    configRows(
      schema,
      runs.value.map(({ started }) => started.value!.config),
    ),
  );
  const shown = computed(() => {
    const asked = runs.value.length > 1 || filter.value !== 'differs' ? filter.value : 'all';
    const those = rows.value.filter((row) => asked === 'all' || row[asked]);
    return matching(those, search.value);
  });

  const field = h('input', {
    type: 'search',
    class: 'field config-search',
    placeholder: 'Search keys, values, meanings',
    ariaLabel: 'Search the configuration',
    oninput: () => (search.value = field.value),
  });
  const choose = choice('Rows', filter, [
    { value: 'all', label: 'All' },
    { value: 'changed', label: 'Changed' },
    { value: 'differs', label: 'Differs between runs' },
  ]);
  const count = h('span', { class: 'soft numbers', role: 'status' });
  const [head, body] = [h('thead'), h('tbody')];
  effect(() => {
    (choose.lastElementChild as HTMLElement).hidden = runs.value.length < 2;
    count.textContent = `${shown.value.length} of ${rows.value.length}`;
    head.replaceChildren(headRow(runs.value));
    body.replaceChildren(...shown.value.map((row) => bodyRow(row, runs.value.length > 1)));
  });
  const table = h('table', { class: 'data config-table' }, head, body);
  return h(
    'section',
    {},
    h('div', { class: 'toolbar' }, h('h3', {}, 'Configuration'), choose, field, count),
    h('div', { class: 'config-rows', tabIndex: 0, role: 'region', ariaLabel: 'Configuration, rows' }, table),
  );
}

function headRow(runs: readonly RunModel[]): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'Key'),
    ...runs.map((model) => {
      const swatch = h('span', { class: 'swatch' });
      swatch.style.color = `var(--${seriesColour(model.colour)})`;
      return h('th', { scope: 'col' }, runs.length > 1 ? swatch : '', runs.length > 1 ? ` ${titleOf(model)}` : 'Value');
    }),
    h('th', { scope: 'col' }, 'Default'),
  );
}

function bodyRow(
  { key, description, values, default: initial, changed, differs }: ConfigRow,
  many: boolean,
): HTMLElement {
  const isMarked = many ? differs : changed;
  return h(
    'tr',
    { class: isMarked ? 'marked' : '' },
    h('th', { scope: 'row' }, h('code', {}, key), h('small', {}, description.replaceAll('`', ''))),
    ...values.map((value) => h('td', {}, value || '–')),
    h('td', { class: 'soft' }, initial || '–'),
  );
}

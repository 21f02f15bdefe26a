/**
 * What is drawn on demand: from which checkpoint, of which noise, which classes, how many.
 */
import { effect, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type { App } from '../app.ts';
import { button } from '../components/button.ts';
import { choice } from '../components/choice.ts';
import { slider } from '../components/slider.ts';
import { h } from '../dom.ts';
import { nameOfIteration } from '../timeline.ts';
import { anySeed, MOST_IMAGES, type Wishes } from './wishes.ts';

/** More classes than this are written, not clicked. */
const MOST_CHIPS = 20;

export function checkpointSelect(
  app: App,
  checkpoint: Signal<number | undefined>,
  checkpoints: ReadonlySignal<readonly number[]>,
): HTMLElement {
  const select = h('select', {
    class: 'field',
    onchange: () => (checkpoint.value = select.value === '' ? undefined : Number(select.value)),
  });
  effect(() => {
    const model = app.current.value;
    const { value: all } = checkpoints;
    const wished = checkpoint.value;
    const options = [...all].reverse().map((iteration) => ({
      value: String(iteration),
      text: model ? nameOfIteration(model, iteration) : String(iteration),
    }));
    const key = JSON.stringify(options);
    // a list that is open is not touched
    if (select.dataset.key !== key) {
      select.dataset.key = key;
      select.replaceChildren(
        h('option', { value: '' }, 'the last'),
        ...options.map(({ value, text }) => h('option', { value }, text)),
      );
    }
    // one that has been removed cannot be drawn from
    if (wished !== undefined && all.length > 0 && !all.includes(wished)) checkpoint.value = undefined;
    else select.value = wished === undefined ? '' : String(wished);
  });
  return h('label', { class: 'try-field' }, h('span', { class: 'soft' }, 'Checkpoint'), select);
}

export function seedControls({ seed, toSeed, way }: Wishes): HTMLElement {
  const to = h('span', { class: 'toolbar' }, h('span', { class: 'soft' }, 'to'), ...seedField('Other seed', toSeed));
  effect(() => {
    to.hidden = way.value === 'seed';
  });
  return h(
    'span',
    { class: 'toolbar' },
    choice('Noise', way, [
      { value: 'seed', label: 'Seed' },
      { value: 'between', label: 'Between two' },
    ]),
    ...seedField('Seed', seed),
    to,
  );
}

function seedField(label: string, seed: Signal<number>): HTMLElement[] {
  const field = h('input', {
    type: 'number',
    class: 'field try-seed',
    min: '0',
    max: String(Number.MAX_SAFE_INTEGER),
    step: '1',
    ariaLabel: label,
    oninput: () => {
      if (Number.isSafeInteger(field.valueAsNumber) && field.valueAsNumber >= 0) seed.value = field.valueAsNumber;
    },
    onblur: () => (field.value = String(seed.value)),
  });
  effect(() => {
    if (field.valueAsNumber !== seed.value) field.value = String(seed.value);
  });
  const dice = button({
    label: label === 'Seed' ? 'Another seed' : 'Another other seed',
    icon: 'dice',
    iconOnly: true,
    onClick: () => (seed.value = anySeed()),
  });
  return [field, dice];
}

export function countSlider({ count, kind, way }: Wishes): HTMLElement {
  const element = slider({ label: 'Images', value: count, min: 1, max: MOST_IMAGES });
  effect(() => {
    element.hidden = kind.value !== 'images' || way.value === 'between';
  });
  return element;
}

/** Classes to click, or to write where they are many; along a way there is one. */
export function classControls(app: App, { classes, way }: Wishes): HTMLElement {
  const row = h('span', { class: 'toolbar try-classes', role: 'group', ariaLabel: 'Classes' });
  const field = h('input', {
    class: 'field',
    type: 'text',
    placeholder: 'all classes; or 3, 7, 12',
    ariaLabel: 'Classes, with commas between',
    onchange: () => {
      const wished = field.value.split(/[\s,]+/).filter(Boolean).map(Number);
      if (wished.every((label) => Number.isInteger(label) && label >= 0)) classes.value = wished;
      else app.report(`\`${field.value}\` are no classes. Write whole numbers with commas between.`);
    },
  }); // prettier-ignore
  const choose = (label: number): void => {
    const now = classes.peek();
    if (way.peek() === 'between') classes.value = now[0] === label ? [] : [label];
    else if (now.includes(label)) classes.value = now.filter((other) => other !== label);
    else classes.value = [...now, label].sort((a, b) => a - b);
  };
  let known = '';
  effect(() => {
    const { config, teacher } = app.current.value?.started.value ?? {};
    const all = config?.labels ?? Array.from({ length: teacher?.classes ?? 0 }, (_, label) => label);
    row.hidden = all.length === 0;
    if (all.join() === known) return;
    known = all.join();
    row.replaceChildren(
      h('span', { class: 'soft' }, 'Class'),
      ...(all.length > MOST_CHIPS
        ? [field]
        : all.map((label) =>
            h('button', { type: 'button', class: 'button', onclick: () => choose(label), attrs: { 'data-label': String(label) } }, label),
          )),
    ); // prettier-ignore
  });
  effect(() => {
    const wished = way.value === 'between' ? classes.value.slice(0, 1) : classes.value;
    void app.current.value?.started.value;
    for (const chip of row.querySelectorAll('button'))
      chip.ariaPressed = String(wished.includes(Number(chip.dataset.label)));
  });
  return row;
}

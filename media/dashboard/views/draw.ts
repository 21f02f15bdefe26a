/**
 * Draw a distribution: modes painted in the plane become a teacher, and a run distils it.
 */
import { computed, effect, signal } from '@preact/signals-core';
import type { App, View } from '../app.ts';
import { openTable } from '../charts/table-view.ts';
import { button } from '../components/button.ts';
import { choice } from '../components/choice.ts';
import { slider } from '../components/slider.ts';
import { h } from '../dom.ts';
import { LARGEST_STD, LEAST_STD, type Drawing } from '../draw/drawing.ts';
import { keptDrawing } from '../draw/kept-drawing.ts';
import { knownTeacher } from '../draw/known-teacher.ts';
import { pad, type Tool } from '../draw/pad.ts';
import type { Point } from '../draw/plane.ts';
import { letters, shapes } from '../draw/shapes.ts';
import { startForm, whyNoStart } from '../draw/start-form.ts';
import { MOST_MODES, toModes } from '../draw/to-modes.ts';

export const draw: View = { name: 'draw', title: 'Draw a distribution', mount };

function mount(app: App): HTMLElement {
  const drawing = keptDrawing(app.settings);
  const points = computed(() => drawing.now.value.points);
  const modes = computed(() => toModes(points.value));
  const tool = signal<Tool>('brush');
  const why = whyNoStart(app);
  return h(
    'div',
    { class: 'draw' },
    h(
      'div',
      { class: 'draw-plane' },
      tools(drawing, tool),
      pad({ drawing, modes, tool, say: (text) => app.announce(text) }),
      about(drawing, modes),
    ),
    h(
      'div',
      { class: 'draw-side' },
      why !== undefined && h('p', { class: 'draw-why' }, why),
      h('section', {}, h('h3', {}, 'Begin with a shape'), ready(app, drawing)),
      h(
        'section',
        {},
        h('h3', {}, 'Distil what you drew'),
        startForm(app, {
          label: 'Start',
          kind: 'primary',
          placeholder: 'Title (optional)',
          patience: 'Quick takes a minute or two, Long some more and comes closer.',
          waiting: 'A student is fitted to the new mixture; then the run begins…',
          reason: () => (points.value.length === 0 ? 'Draw something first.' : undefined),
          ask: () => ({ config: {}, mixture: { means: modes.peek(), std: drawing.now.peek().std } }),
        }),
      ),
      h('section', {}, h('h3', {}, 'Or take a teacher that is there'), knownTeacher(app)),
    ),
  );
}

function tools(drawing: Drawing, tool: { value: Tool } & Parameters<typeof choice<Tool>>[1]): HTMLElement {
  const std = {
    get value() {
      return drawing.now.value.std;
    },
    set value(std) {
      drawing.setStd(std);
    },
  };
  return h(
    'div',
    { class: 'toolbar' },
    choice('Tool', tool, [
      { value: 'brush', label: 'Brush' },
      { value: 'eraser', label: 'Eraser' },
    ]),
    slider({
      label: 'Size',
      value: std,
      min: LEAST_STD,
      max: LARGEST_STD,
      step: 0.01,
      format: (value) => `std ${value.toFixed(2)}`,
    }),
    h(
      'span',
      { class: 'end toolbar' },
      button({
        label: 'Undo',
        kind: 'quiet',
        hint: 'Ctrl+Z',
        reason: () => (drawing.canUndo.value ? undefined : 'There is nothing to undo.'),
        onClick: () => drawing.undo(),
      }),
      button({
        label: 'Redo',
        kind: 'quiet',
        hint: 'Ctrl+Shift+Z',
        reason: () => (drawing.canRedo.value ? undefined : 'There is nothing to redo.'),
        onClick: () => drawing.redo(),
      }),
      button({
        label: 'Clear',
        kind: 'quiet',
        reason: () => (drawing.now.value.points.length > 0 ? undefined : 'There is nothing here.'),
        onClick: () => drawing.replace({ ...drawing.now.peek(), points: [] }),
      }),
    ),
  );
}

/** Shapes and letters that take the place of what is there; Undo brings it back. */
function ready(app: App, drawing: Drawing): HTMLElement {
  const text = h('input', {
    class: 'field',
    type: 'text',
    maxLength: 12,
    placeholder: 'Letters',
    ariaLabel: 'Letters to draw',
    oninput: () => {
      const drawn = letters(text.value);
      if (drawn) drawing.replace(drawn);
      else if (text.value.trim()) app.announce('Nothing of that can be seen.');
    },
  });
  return h(
    'div',
    { class: 'toolbar draw-shapes' },
    ...shapes.map(({ name, make }) => button({ label: name, onClick: () => drawing.replace(make()) })),
    text,
  );
}

/** How many modes there are, and where. */
function about(drawing: Drawing, modes: { readonly value: readonly Point[] }): HTMLElement {
  const words = h('span', { class: 'soft numbers' });
  effect(() => {
    const { points, std } = drawing.now.value;
    const count = `${modes.value.length} ${modes.value.length === 1 ? 'mode' : 'modes'} of std ${std.toFixed(2)}`;
    words.textContent =
      points.length === 0
        ? 'No modes yet'
        : points.length > MOST_MODES
          ? `${points.length.toLocaleString('en')} points become ${count}`
          : count;
  });
  const table = button({
    label: 'Table',
    icon: 'list',
    kind: 'quiet',
    onClick: () => {
      const rows = modes.value;
      openTable('Modes of the mixture', {
        head: ['Mode', 'x', 'y'],
        rows: rows.length,
        row: (i) => [i + 1, ...rows[i]!],
      });
    },
  });
  return h('div', { class: 'toolbar draw-about' }, words, h('span', { class: 'end' }, table));
}

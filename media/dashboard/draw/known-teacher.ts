/**
 * A run of a teacher that is there already.
 */
import { signal } from '@preact/signals-core';
import { mixtureShapes } from '../../../src/teachers/mixture-shapes.ts';
import type { App } from '../app.ts';
import { h } from '../dom.ts';
import { startForm } from './start-form.ts';

const known = ['mnist', ...Object.keys(mixtureShapes)];

export function knownTeacher(app: App): HTMLElement {
  const teacher = signal('mnist');
  const field = h('input', {
    class: 'field',
    type: 'text',
    value: teacher.value,
    spellcheck: false,
    ariaLabel: 'Teacher: a name, or the path of a file',
    oninput: () => (teacher.value = field.value.trim()),
  });
  field.setAttribute('list', 'known-teachers');
  return h(
    'div',
    { class: 'known-teacher' },
    field,
    h('datalist', { id: 'known-teachers' }, ...known.map((value) => h('option', { value }))),
    startForm(app, {
      label: 'Start the run',
      placeholder: 'Title (optional)',
      patience: 'Quick takes minutes for images, seconds for mixtures. Long takes about an hour, or minutes.',
      waiting: 'The run is being prepared…',
      reason: () => (teacher.value ? undefined : 'Name a teacher first.'),
      ask: () => ({ config: { teacher: teacher.peek() } }),
    }),
  );
}

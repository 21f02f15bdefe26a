/**
 * What people write about a run: its title, tags and notes.
 */
import type { App } from '../app.ts';
import { h } from '../dom.ts';
import { noteField } from './note-field.ts';

export const notes = (app: App): HTMLElement =>
  h(
    'section',
    {},
    h('h3', {}, 'Notes'),
    noteField(app, {
      label: 'Title',
      field: h('input', { class: 'field', type: 'text', maxLength: 200 }),
      read: ({ name }) => name ?? '',
      change: (text) => ({ name: text.trim() }),
    }),
    noteField(app, {
      label: 'Tags, with commas between',
      field: h('input', { class: 'field', type: 'text' }),
      read: ({ tags }) => tags.join(', '),
      change: (text) => ({ tags: [...new Set(text.split(',').map((tag) => tag.trim()))].filter(Boolean) }),
    }),
    noteField(app, {
      label: 'Notes',
      field: h('textarea', { class: 'field', rows: 6, maxLength: 20_000 }),
      read: ({ notes }) => notes,
      change: (text) => ({ notes: text }),
    }),
  );

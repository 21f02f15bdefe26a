/**
 * A field of a run's notes: kept when the reader leaves it, and never overwritten while it is written in.
 */
import { effect, signal } from '@preact/signals-core';
import type { Notes, NotesChange } from '../../../src/runs/directory/notes.ts';
import type { App } from '../app.ts';
import { button } from '../components/button.ts';
import { h } from '../dom.ts';

export interface NoteFieldOptions {
  readonly label: string;
  readonly field: HTMLInputElement | HTMLTextAreaElement;
  readonly read: (notes: Notes) => string;
  readonly change: (text: string) => NotesChange;
}

export function noteField(app: App, { label, field, read, change }: NoteFieldOptions): HTMLElement {
  /** What is kept, as this field began with it; and what somebody else has put there since. */
  let base = '';
  let run: string | undefined;
  const other = signal<string | undefined>(undefined);
  const news = h('small', { class: 'soft', role: 'status' });
  const isDirty = () => field.value !== base;

  const save = async () => {
    const [text, of] = [field.value, run];
    if (of === undefined || !isDirty() || other.peek() !== undefined) return;
    try {
      const { ok } = await app.host.ask('saveNotes', { run: of, notes: change(text) });
      if (run !== of) return;
      const model = app.current.peek()!;
      const kept = read(ok.notes);
      // what has been written meanwhile stays
      if (field.value === text) field.value = kept;
      base = kept;
      // the host tells of it later
      model.head.value = { ...model.head.peek(), notes: ok.notes };
      news.textContent = 'Saved';
    } catch (error) {
      app.report(error);
      if (run === of) news.textContent = 'Not saved';
    }
  };

  effect(() => {
    const model = app.current.value;
    if (!model) return;
    const kept = read(model.head.value.notes);
    if (model.run !== run) {
      void save();
      run = model.run;
      field.value = base = kept;
      other.value = undefined;
      news.textContent = '';
    } else if (kept === base || kept === field.value) {
      base = kept;
      other.value = undefined;
    } else if (isDirty()) other.value = kept;
    else field.value = base = kept;
  });
  field.readOnly = app.hostKind === 'replay';
  field.addEventListener('input', () => (news.textContent = isDirty() ? 'Not saved yet' : ''));
  field.addEventListener('blur', () => void save());
  // a page may be closed from within the field
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) void save();
  });
  return h(
    'div',
    { class: 'note-field' },
    h('label', {}, h('span', { class: 'soft' }, label), field),
    conflict(other, (keep) => {
      base = other.peek()!;
      if (!keep) field.value = base;
      other.value = undefined;
      void save();
    }),
    news,
  );
}

/** Shown when two have written: nothing is lost before somebody has chosen. */
function conflict(other: { readonly value: string | undefined }, choose: (keep: boolean) => void): HTMLElement {
  const text = h('q', {});
  const element = h(
    'div',
    { class: 'note-conflict', role: 'alert' },
    h('p', {}, 'Another page has written here meanwhile: ', text),
    h(
      'div',
      { class: 'toolbar' },
      button({ label: 'Keep mine', onClick: () => choose(true) }),
      button({ label: 'Take the other', onClick: () => choose(false) }),
    ),
  );
  effect(() => {
    element.hidden = other.value === undefined;
    text.textContent = other.value ?? '';
  });
  return element;
}

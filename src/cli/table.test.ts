import { describe, expect, it } from 'vitest';
import { table } from './table.ts';

describe('table', () => {
  it('aligns its columns and leaves nothing behind the last', () => {
    expect(
      table([
        ['name', 'KL', 'note'],
        ['a-longer-name', '0.31', ''],
      ]),
    ).toBe('name           KL    note\na-longer-name  0.31');
    expect(table([])).toBe('');
  });

  it('shows what could steer a terminal as dots', () => {
    expect(table([['\u001b[2Jgone', 'two\nlines', '\u202eback']])).toBe('·[2Jgone  two·lines  ·back');
  });
});

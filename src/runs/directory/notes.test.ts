import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeNotes, readNotes } from './notes.ts';

let run: string;
beforeEach(() => (run = mkdtempSync(join(tmpdir(), 'dmd-notes-'))));
afterEach(() => rmSync(run, { recursive: true }));
const path = () => join(run, 'notes.json');
const stored = () => JSON.parse(readFileSync(path(), 'utf8')) as unknown;

describe('notes', () => {
  it('are empty where there are none', async () => {
    expect(await readNotes(run)).toEqual({ v: 1, tags: [], notes: '' });
    expect(existsSync(path())).toBe(false);
  });

  it('change one at a time, and say each tag once', async () => {
    await changeNotes(run, () => ({ name: ' Eq. 8 ', tags: ['a', ' b', 'a'] }));
    await changeNotes(run, ({ tags }) => ({ tags: [...tags, 'c'], notes: 'so so' }));
    expect(await readNotes(run)).toEqual({ v: 1, name: 'Eq. 8', tags: ['a', 'b', 'c'], notes: 'so so' });
    await changeNotes(run, () => ({ name: '' }));
    expect(stored()).toEqual({ v: 1, tags: ['a', 'b', 'c'], notes: 'so so' });
  });

  it('keep what was changed at the same time, and go on behind a change that is refused', async () => {
    const changes = [{ name: 'Eq. 8' }, { tags: [' '] }, { tags: ['a'] }, { notes: 'so so' }];
    const done = await Promise.allSettled(changes.map((change) => changeNotes(run, () => change)));
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(stored()).toEqual({ v: 1, name: 'Eq. 8', tags: ['a'], notes: 'so so' });
  });

  it('keep what a newer version has added', async () => {
    writeFileSync(path(), JSON.stringify({ v: 1, tags: [], notes: '', stars: 5 }));
    await changeNotes(run, () => ({ notes: 'good' }));
    expect(stored()).toEqual({ v: 1, tags: [], notes: 'good', stars: 5 });
  });

  it.each([
    [{ name: 'x'.repeat(201) }, 'The title has `201` characters'],
    [{ tags: [' '] }, '`` is no tag'],
    [{ tags: ['x'.repeat(51)] }, 'is no tag'],
    [{ tags: Array.from({ length: 31 }, (_, i) => `t${i}`) }, '`31` tags are too many'],
    [{ notes: 'x'.repeat(20_001) }, 'The notes have `20001` characters'],
  ])('have limits: %#', async (change, message) => {
    await expect(changeNotes(run, () => change)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message) as unknown,
    });
    expect(existsSync(path())).toBe(false);
  });

  it('are read as none, and never written over, when they are not understood or lie elsewhere', async () => {
    const elsewhere = join(run, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify({ v: 1, tags: ['theirs'], notes: '' }));
    symlinkSync(elsewhere, path());
    expect((await readNotes(run)).tags).toEqual([]);
    await expect(changeNotes(run, () => ({ tags: ['mine'] }))).rejects.toMatchObject({ kind: 'failure' });
    expect(readFileSync(elsewhere, 'utf8')).toContain('theirs');
    rmSync(path());
    writeFileSync(path(), '{"v":2}');
    await expect(changeNotes(run, () => ({ tags: ['mine'] }))).rejects.toThrow('no notes that are understood here');
    expect(readFileSync(path(), 'utf8')).toBe('{"v":2}');
  });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LARGEST_FILE, readRunFile } from './run-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-files-'));
const run = join(folder, 'run');
beforeAll(() => {
  mkdirSync(join(run, 'images'), { recursive: true });
  writeFileSync(join(run, 'images', 'step 1.png'), 'picture');
  writeFileSync(join(run, 'control.json'), 'token');
  writeFileSync(join(run, '.hidden'), 'hidden');
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync(join(folder, 'secret'), join(run, 'images', 'link.png'));
  symlinkSync(folder, join(run, 'out'));
  writeFileSync(join(run, 'huge'), '');
  truncateSync(join(run, 'huge'), LARGEST_FILE + 1);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('files of a run', () => {
  it('are read whole', async () => {
    expect(Buffer.from(await readRunFile(run, 'images/step 1.png')).toString()).toBe('picture');
  });

  it.each([
    ['../secret', /no file of a run/],
    ['images/../../secret', /no file of a run/],
    ['images/./step 1.png', /no file of a run/],
    ['/etc/hostname', /no file of a run/],
    ['images//step 1.png', /no file of a run/],
    ['images\\..\\..\\secret', /no file of a run/],
    ['C:/secret', /no file of a run/],
    ['images/step 1.png\u0000.txt', /no file of a run/],
    ['.hidden', /no file of a run/],
    ['control.json', /no file of a run/],
    ['images', /no file of a run/],
    ['images/link.png', /leads over a link/],
    ['out/secret', /leads over a link/],
    ['images/none.png', /cannot be read: there is none/],
    ['huge', /`67108865` bytes/],
  ])('%j is refused', async (path, why) => {
    await expect(readRunFile(run, path)).rejects.toThrow(why);
  });
});

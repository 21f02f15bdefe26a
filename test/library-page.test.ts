/**
 * docs/library.md does what it says, on the built package; and the runs that it leaves hold what docs/runs.md says.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from './built.ts';
import { outputs, pattern, readPage, tableOf } from './page.ts';

// within the package, so that `dmd-lab` means it
mkdirSync('.cache', { recursive: true });
const folder = mkdtempSync(resolve('.cache', 'library-page-'));
beforeAll(ensureBuilt, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('docs/library.md runs from top to bottom, and prints what it shows', { timeout: 240_000 }, () => {
  const { program, printed } = readPage('docs/library.md');
  writeFileSync(join(folder, 'page.mjs'), transformSync(program, { loader: 'ts' }).code);
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  const found = outputs(execFileSync(process.execPath, ['page.mjs'], { cwd: folder, env, encoding: 'utf8' }));
  expect(found).toHaveLength(printed.length);
  expect(printed.filter((text) => text !== undefined).length).toBeGreaterThan(5);
  printed.forEach((text, i) => text === undefined || expect(found[i]).toMatch(pattern(text)));
});

test('docs/runs.md names every file of those runs', () => {
  const told = tableOf(readFileSync('docs/runs.md', 'utf8'), 'The directory').map(numberless);
  const entries = ['first', 'fork'].flatMap((run) =>
    readdirSync(join(folder, 'runs', run), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(folder, 'runs', run), join(entry.parentPath, entry.name))),
  );
  const untold = entries.filter((path) => !told.some((name) => isOf(numberless(path), name)));
  expect(entries.length).toBeGreaterThan(20);
  expect(untold).toEqual([]);
});

const numberless = (path: string): string => path.replaceAll(sep, '/').replaceAll(/\d+/g, '0');
/** Names of folders end with a slash, and tell of all that is in them. */
const isOf = (path: string, name: string): boolean => (name.endsWith('/') ? path.startsWith(name) : path === name);

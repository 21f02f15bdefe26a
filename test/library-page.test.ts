/**
 * docs/library.md does what it says, on the built package.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from './built.ts';
import { outputs, pattern, readPage } from './page.ts';

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

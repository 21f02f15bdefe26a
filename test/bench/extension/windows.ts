/**
 * The windows that `npm run bench -- extension` measures in: some on an empty folder, then one that begins a run, loaded again
 * ten times while it goes on.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { chromiumArgs } from '../../hosts/browser.ts';
import { runInWindow } from '../../hosts/vscode/run-in-host.ts';
import { startServer } from '../../hosts/vscode/server.ts';
import { buildForHost } from '../../hosts/vscode/set-up.ts';
import { WINDOW_RESULT, WITH_RUN, type WindowResult } from './window-result.ts';

const [EMPTY, RELOADS] = [7, 10];

test.skipIf(!inject('host'))('measures in windows', async () => {
  const script = '.cache/vscode/bench-window.cjs';
  await buildForHost('test/bench/extension/in-window.ts', script);
  const file = resolve('.cache/vscode/bench-window.json');
  const server = await startServer({ env: { [WINDOW_RESULT]: file } });
  const browser = await chromium.launch({ executablePath: inject('host')!.browser, args: chromiumArgs });
  try {
    const windows: WindowResult[] = [];
    for (let i = 0; i <= EMPTY + RELOADS; i++) {
      const folder = join(server.folder, i < EMPTY ? `empty-${i}` : WITH_RUN);
      await mkdir(folder, { recursive: true });
      const said: string[] = [];
      const code = await runInWindow({ server, browser, folder, script, said });
      expect(code, said.join('\n')).toBe(0);
      windows.push(JSON.parse(await readFile(file, 'utf8')) as WindowResult);
    }
    await writeFile('.cache/vscode/bench.json', JSON.stringify(windows));
  } finally {
    await browser.close();
    await server.stop();
  }
});

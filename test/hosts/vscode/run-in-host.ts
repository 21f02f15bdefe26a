/**
 * Tests inside the extension host of a real VS Code, and what came out of them.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { format } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { inject } from 'vitest';
import { chromiumArgs } from '../browser.ts';
import type { HostResult, Suite } from './host/index.ts';
import { startServer, type Server } from './server.ts';

/** Milliseconds that all of a host's tests may take. */
const WITHIN = 240_000;
/** What VS Code itself says. */
const chatter = /^(Ignoring fetching|\[AccountPolicy|Creating a socket|Resolv)/;

/** VS Code runs tests in windows that smoke tests drive, for which it also hides its notifications: its page is told so. */
const letTestsRun = `
  new MutationObserver((_, observer) => {
    const configuration = document.getElementById('vscode-workbench-web-configuration');
    if (!configuration) return;
    observer.disconnect();
    const settings = JSON.parse(configuration.dataset.settings);
    settings.developmentOptions.enableSmokeTestDriver = true;
    configuration.dataset.settings = JSON.stringify(settings);
  }).observe(document, { childList: true, subtree: true });
`;

/** Runs the tests of `host/` that are named so, in an empty folder, which is trusted unless they are `untrusted`. */
export async function runInHost(tests: Suite): Promise<readonly HostResult[]> {
  const file = resolve(`.cache/vscode/${tests}.json`);
  const trusted = tests !== 'untrusted';
  const env = { DMD_HOST_TESTS: tests, DMD_HOST_RESULTS: file };
  await rm(file, { force: true });
  const server = await startServer({ trusted, env });
  const browser = await chromium.launch({ executablePath: inject('host')!.browser, args: chromiumArgs });
  const said: string[] = [];
  try {
    const folder = join(server.folder, 'workspace');
    await mkdir(folder);
    const code = await runInWindow({ server, browser, folder, script: '.cache/vscode/host-tests.cjs', said });
    const results = JSON.parse(await readFile(file, 'utf8')) as HostResult[];
    if (code !== undefined) return results;
    return [...results, { title: 'the others', took: WITHIN, failure: `They did not end within ${WITHIN / 1000} s.` }];
  } catch (error) {
    throw new Error(`The tests in the extension host gave no results: ${said.slice(-40).join('\n')}`, { cause: error });
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * Opens `folder` in a window of its own, whose extension host runs what the module `script` exports as `run`; the exit code,
 * or nothing when that did not end in time. What VS Code says is added to `said`.
 */
export async function runInWindow({
  server,
  browser,
  folder,
  script,
  said,
}: {
  server: Server;
  browser: Browser;
  folder: string;
  script: string;
  said: string[];
}): Promise<number | undefined> {
  const page = await browser.newPage();
  await page.addInitScript({ content: letTestsRun });
  const ended = new Promise<number>((end, reject) => {
    const sayings = page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
      const text = format(...args);
      if (!chatter.test(text)) said.push(text);
    });
    Promise.all([sayings, page.exposeFunction('codeAutomationExit', end)]).then(() => {
      const here = (path: string) => `vscode-remote://${server.authority}${resolve(path)}`;
      const payload = JSON.stringify([
        ['extensionDevelopmentPath', here('.')],
        ['extensionTestsPath', here(script)],
        ['skipWelcome', 'true'],
      ]);
      return page.goto(`${server.url}/?${new URLSearchParams({ folder, payload }).toString()}`);
    }, reject);
  });
  try {
    return await Promise.race([ended, setTimeout(WITHIN, undefined)]);
  } finally {
    await page.close();
  }
}

/**
 * VS Code's window in Chromium, used as a person uses it: palette, lists, dialogs, webviews.
 */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { afterEach, inject } from 'vitest';
import { chromiumArgs } from '../browser.ts';
import type { Server } from './server.ts';

const screenshots = resolve('.cache/screenshots');

export interface Workbench {
  readonly page: Page;
  /** The folder that is open. */
  readonly folder: string;
  /** Runs a command of the palette, by all of its title. */
  command(title: string): Promise<void>;
  /** Chooses the row `text` of the list that is open under a title which holds `title`; '': under none. */
  choose(title: string, text: string | RegExp): Promise<void>;
  /** Opens the file of the folder whose path ends so. */
  open(path: string): Promise<void>;
  /** Presses what stands above the text of the editor that is seen. */
  pressLens(title: string): Promise<void>;
  /** Answers the question `title` with a text. */
  answer(title: string, text: string): Promise<void>;
  /** Fills in the path that a dialog for files asks for; `title`: what it holds. */
  enterPath(path: string, title?: RegExp): Promise<void>;
  /** The page in the webview that is seen. */
  webview(): FrameLocator;
  /** Keeps a picture in .cache/screenshots. */
  shoot(name: string): Promise<void>;
  /** Loads the window again, once VS Code has written down that the run is open; waits until it can be used. */
  reload(run: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** The folder that is opened, made when it is not there. */
  readonly folder?: string;
  /** A file of a workspace with several folders, which is opened instead. */
  readonly workspace?: string;
}

/** Keeps a picture of the window after each test that fails. */
export function shootFailures(workbench: () => Workbench | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      await workbench()?.shoot(`failed-${task.name.replace(/\W+/g, '-').slice(0, 60)}`);
  });
}

/** Opens a folder, by default an empty one. */
export async function openWorkbench(
  server: Server,
  { folder = join(server.folder, 'my experiments'), workspace }: WorkbenchOptions = {},
): Promise<Workbench> {
  await mkdir(folder, { recursive: true });
  const query = new URLSearchParams(workspace === undefined ? { folder } : { workspace });
  const browser: Browser = await chromium.launch({ executablePath: inject('host')!.browser, args: chromiumArgs });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.url}/?${query.toString()}`);
  const isUsable = () => page.waitForSelector('.monaco-workbench .part.statusbar .statusbar-item');
  await isUsable();

  const input = page.locator('.quick-input-widget:visible input[type=text]').first();
  const rows = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  const palette = async (text: string) => {
    const fill = () =>
      input.fill(text, { timeout: 3_000 }).then(
        () => true,
        () => false,
      );
    // a webview that is being loaded may have the keys, and hears nothing yet
    do await page.keyboard.press('F1');
    while (!(await fill()));
  };
  /** Opens the palette with a text, and presses the row that holds `title`. */
  const pick = async (text: string, title: string) => {
    for (let left = 10; ; left--) {
      await palette(text);
      try {
        return await rows.filter({ hasText: title }).first().click({ timeout: 5_000 });
      } catch (failure) {
        // something else may have taken the keys meanwhile (a page that was loaded, an editor that was closed): it is closed then
        if (left === 0) throw failure;
      }
    }
  };
  const question = (title: string | RegExp) =>
    page.locator('.quick-input-widget:visible .quick-input-title', { hasText: title });
  return {
    page,
    folder,
    command: (title) => pick(`>${title}`, title),
    async choose(title, text) {
      if (title !== '') await question(title).waitFor();
      await rows.filter({ hasText: text }).first().click();
    },
    open: (path) => pick(path, path.split('/').at(-1)!),
    async pressLens(title) {
      // one that was drawn from memory cannot be pressed; an editor asks for others only while it has the keys
      await pick('>View: Focus Active Editor Group', 'View: Focus Active Editor Group');
      await page.locator('.codelens-decoration a', { hasText: title }).click();
    },
    async answer(title, text) {
      await question(title).waitFor();
      await input.fill(text);
      await page.keyboard.press('Enter');
    },
    async enterPath(path, title = /Export|Save/) {
      await question(title).waitFor();
      // the dialog puts its own path there when it has looked around
      while ((await input.inputValue()) !== path) {
        await input.fill(path);
        await page.waitForTimeout(1_000);
      }
      const isTaken = () =>
        question(title)
          .waitFor({ state: 'hidden', timeout: 3_000 })
          .then(
            () => true,
            () => false,
          );
      // a folder may be looked into before it is taken, and one that is still looked around in hears nothing
      do await page.keyboard.press('Enter');
      while (!(await isTaken()));
    },
    webview: () => page.frameLocator('iframe.webview.ready:visible').first().frameLocator('iframe#active-frame'),
    async shoot(name) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `vscode-${name}.png`) });
    },
    async reload(run) {
      // in a browser, VS Code writes that down when it is idle, every 5 seconds or later, and nothing when its page goes
      while (!(await page.evaluate(openEditors)).includes(run)) await page.waitForTimeout(500);
      await page.reload();
      await isUsable();
    },
    close: () => browser.close(),
  };
}

/** Within the page: the open editors and their states as VS Code has written them down. */
async function openEditors(): Promise<string> {
  const answered = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
  const found: unknown[] = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('vscode-web-state-db')) continue;
    const database = await answered(indexedDB.open(name));
    if (database.objectStoreNames.contains('ItemTable')) {
      const items = database.transaction('ItemTable').objectStore('ItemTable');
      found.push(await answered(items.get('memento/workbench.parts.editor')));
    }
    database.close();
  }
  return found.join('\n');
}

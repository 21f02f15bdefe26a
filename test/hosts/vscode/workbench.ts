/**
 * VS Code's window in Chromium, used as a person uses it: palette, lists, dialogs, webviews.
 */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { chromiumArgs } from '../browser.ts';
import type { Server } from './server.ts';

const screenshots = resolve('.cache/screenshots');

export interface Workbench {
  readonly page: Page;
  /** The folder that is open, empty at first. */
  readonly folder: string;
  /** Runs a command of the palette, by all of its title. */
  command(title: string): Promise<void>;
  /** Chooses the row `text` of the list that is open under a title which holds `title`. */
  choose(title: string, text: string | RegExp): Promise<void>;
  /** Fills in the path that a dialog for files asks for. */
  enterPath(path: string): Promise<void>;
  /** The page in the webview that is seen. */
  webview(): FrameLocator;
  /** Keeps a picture in .cache/screenshots. */
  shoot(name: string): Promise<void>;
  /** Loads the window again, and waits until it can be used. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty folder. */
export async function openWorkbench(server: Server): Promise<Workbench> {
  const folder = join(server.folder, 'my experiments');
  await mkdir(folder, { recursive: true });
  const browser: Browser = await chromium.launch({ executablePath: inject('host')!.browser, args: chromiumArgs });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.url}/?${new URLSearchParams({ folder }).toString()}`);
  const isUsable = () => page.waitForSelector('.monaco-workbench .part.statusbar .statusbar-item');
  await isUsable();

  const input = page.locator('.quick-input-widget:visible input[type=text]').first();
  const rows = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  return {
    page,
    folder,
    async command(title) {
      await page.keyboard.press('F1');
      await input.fill(`>${title}`);
      await rows.filter({ hasText: title }).first().click();
    },
    async choose(title, text) {
      await page.locator('.quick-input-widget:visible .quick-input-title', { hasText: title }).waitFor();
      await rows.filter({ hasText: text }).first().click();
    },
    async enterPath(path) {
      await page.locator('.quick-input-widget:visible .quick-input-title', { hasText: /Export|Save/ }).waitFor();
      await page.waitForTimeout(500);
      await input.fill(path);
      await page.keyboard.press('Enter');
    },
    webview: () => page.frameLocator('iframe.webview.ready:visible').first().frameLocator('iframe#active-frame'),
    async shoot(name) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `vscode-${name}.png`) });
    },
    async reload() {
      await page.reload();
      await isUsable();
    },
    close: () => browser.close(),
  };
}

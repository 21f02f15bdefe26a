/**
 * A run as one file, exported from its page and opened by itself, without a server.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { closeBrowser, hasBrowser, openDashboard } from './open-dashboard.ts';
import { digits } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-dashboard-replay-'));
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasBrowser())('a run as one file', () => {
  test('shows samples, curves, scores and gradients when its server is gone, and steers nothing', async () => {
    const run = join(folder, 'handed out');
    cpSync(digits, run, { recursive: true });
    const dashboard = await openDashboard(run, { directory: folder });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByText('Whole run as one HTML file').click();
    const told = await page.locator('.toast', { hasText: 'The run as one file' }).textContent();
    await dashboard.endServer();
    const [, file] = /file: (.*\.html)/.exec(told!)!;
    const before = dashboard.errors.length;

    await page.goto(pathToFileURL(file!).href);
    await page.waitForSelector('#page:not([aria-busy])');
    await page.locator('.top .state', { hasText: 'replay, finished' }).waitFor();
    await page.locator('.js-plotly-plot .main-svg').first().waitFor();
    for (const view of ['samples', 'curves', 'scores', 'gradients']) await page.locator(`#tab-${view}`).click();
    await dashboard.shoot('replay', true);
    expect(await page.getByRole('button', { name: 'Ask again' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Pause' }).getAttribute('aria-disabled')).toBe('true');
    expect(dashboard.errors.slice(before)).toEqual([]);
  });
});

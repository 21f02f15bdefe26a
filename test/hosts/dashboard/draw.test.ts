/**
 * Draw a distribution: with the pointer and the keyboard, from shapes and letters, up to a run that distils it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard, themes, type DashboardOptions } from './open-dashboard.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-dashboard-draw-'));
const runs = join(folder, 'runs');
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

async function openPad(options: DashboardOptions = {}) {
  const dashboard = await openDashboard([], { directory: runs, ...options });
  await dashboard.page.getByRole('button', { name: /^New run/ }).first().click(); // prettier-ignore
  await dashboard.page.locator('.draw-box canvas').waitFor();
  return dashboard;
}

/** Draws a line across the pad, in shares of its edge. */
async function stroke(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const { x, y, width, height } = (await page.locator('.draw-box canvas').boundingBox())!;
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 10 });
  await page.mouse.up();
}

const count = async (page: Page): Promise<number> =>
  parseInt((await page.locator('.draw-about .numbers').textContent())!.replace('No modes yet', '0'));

describe.skipIf(!hasBrowser())('a distribution', () => {
  test('is painted, erased, undone and redone', async () => {
    const dashboard = await openPad();
    const { page } = dashboard;
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await page.getByText('Paint here').waitFor();
    const start = page.getByRole('button', { name: 'Start', exact: true });
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await stroke(page, [0.25, 0.5], [0.75, 0.5]);
    // 1.6 wide, a mode every 0.08
    expect(await count(page)).toBe(21);
    expect(await start.getAttribute('aria-disabled')).toBeNull();
    await page.getByRole('radio', { name: 'Eraser' }).check();
    await stroke(page, [0.5, 0.4], [0.5, 0.6]);
    const erased = await count(page);
    expect(erased).toBeLessThan(21);
    expect(erased).toBeGreaterThan(10);
    await press('Undo');
    expect(await count(page)).toBe(21);
    await press('Redo');
    expect(await count(page)).toBe(erased);
    await press('Clear');
    expect(await count(page)).toBe(0);
    await page.locator('.draw-box canvas').focus();
    await page.keyboard.press('Control+z');
    expect(await count(page)).toBe(erased);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('is drawn by keyboard, read as a table, and there again after a reload', async () => {
    const dashboard = await openPad();
    const { page } = dashboard;
    await page.locator('.draw-box canvas').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    expect(await page.locator('.unseen[role=status]').textContent()).toBe('Point at 0.5, 0.1. 1 point.');
    await page.getByRole('button', { name: 'Table' }).click();
    expect(await page.locator('dialog tbody tr').allTextContents()).toEqual(['10.50.1']);
    await page.keyboard.press('Escape');
    await page.getByLabel('Letters to draw').fill('Hi');
    const letters = await count(page);
    expect(letters).toBeGreaterThan(50);
    expect(letters).toBeLessThanOrEqual(200);
    await page.waitForTimeout(600);
    await page.reload();
    await page.getByRole('button', { name: /^New run/ }).first().click(); // prettier-ignore
    expect(await count(page)).toBe(letters);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test.each(themes)('has nothing seriously wrong in the theme %s, wide and narrow', async (theme) => {
    for (const width of [1280, 400]) {
      const dashboard = await openPad({ theme, width });
      const { page } = dashboard;
      await page.getByRole('button', { name: 'Heart' }).click();
      expect(await count(page)).toBe(60);
      await page.waitForTimeout(200);
      await dashboard.shoot(`draw-${width}-${theme}`, true);
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(dashboard.errors).toEqual([]);
      await dashboard.close();
    }
  });

  test('becomes the teacher of a run, which is shown', async () => {
    const dashboard = await openPad();
    const { page } = dashboard;
    await stroke(page, [0.3, 0.3], [0.7, 0.3]);
    await page.getByLabel('Title of the run').first().fill('A <b>line</b>');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    page.setDefaultTimeout(110_000);
    await page.waitForFunction(() => document.title === 'A <b>line</b> · DMD Lab');
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'running');
    const [file] = readdirSync(join(folder, 'mixtures'));
    const { modes } = JSON.parse(readFileSync(join(folder, 'mixtures', file!), 'utf8')) as {
      modes: { mean: [number, number]; std: number }[];
    };
    expect(modes.length).toBeGreaterThan(10);
    for (const { mean, std } of modes) {
      expect(std).toBe(0.08);
      expect(mean[1]).toBeCloseTo(0.64, 1);
    }
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop the run' }).click();
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'stopped');
    await dashboard.shoot('drawn-run');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('a teacher that is not there is named, and nothing is started', async () => {
    const dashboard = await openPad();
    const { page } = dashboard;
    await page.getByLabel('Teacher: a name, or the path of a file').fill('two-mods');
    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.locator('.toast.bad', { hasText: 'two-mods' }).waitFor();
    expect(await page.locator('.start-form [role=status]').allTextContents()).toEqual(['', '']);
    await dashboard.close();
  });
});

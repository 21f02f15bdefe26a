/**
 * The frame of the page: themes, widths, keyboard, and what it says of runs that live, end, fail and vanish.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard, themes } from './open-dashboard.ts';
import { digits, points, recorded, startLiveRun } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-dashboard-'));
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasBrowser())('the dashboard in Chromium', () => {
  describe.each(themes)('in the theme %s', (theme) => {
    test.each([
      ['wide', 1400, 1000],
      ['narrow', 400, 800],
    ])('shows recorded runs, %s, with nothing seriously wrong', async (name, width, height) => {
      const dashboard = await openDashboard([digits, points], { theme, width, height });
      const { page } = dashboard;
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
      await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>('.tile-box canvas')!.width > 300 / 2);
      await page.waitForTimeout(500);
      await dashboard.shoot(`shell-${name}-${theme}`, name === 'wide');
      expect(await seriousViolations(page)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(dashboard.errors).toEqual([]);
      await dashboard.close();
    });
  });

  test('lists the runs when none is named, and opens one', async () => {
    const dashboard = await openDashboard([], { directory: recorded });
    const { page } = dashboard;
    await page.getByRole('button', { name: /^points/ }).waitFor();
    await dashboard.shoot('home');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^points/ }).click();
    await page.waitForFunction(() => document.title === 'points · DMD Lab');
    expect(await page.locator('.state').first().textContent()).toBe('finished');
    expect(await page.locator('.top .progress').textContent()).toContain('step 60 / 60');
    // what is open stays open when the page is loaded again
    await page.reload();
    await page.waitForFunction(() => document.title === 'points · DMD Lab');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('says why a control makes no sense, and keeps it within reach', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    const pause = page.getByRole('button', { name: 'Pause' });
    await page.waitForFunction(() => document.querySelector('.banner') !== null);
    expect(await pause.getAttribute('aria-disabled')).toBe('true');
    // as a reader with the keyboard comes to it
    await page.keyboard.press('Tab');
    await pause.focus();
    expect(await page.locator('.tooltip').textContent()).toBe('The run is finished.');
    await dashboard.close();
  });

  test('is used by keyboard: views, moments, help', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    const moment = page.locator('.player output');
    await page.waitForFunction(() => document.querySelector('.player output')!.textContent === 'step 60');
    await page.keyboard.press('ArrowLeft');
    expect(await moment.textContent()).toBe('step 56');
    await page.keyboard.press('Home');
    expect(await moment.textContent()).toBe('start');
    expect(await page.getByRole('checkbox', { name: 'Newest' }).isChecked()).toBe(false);
    await page.keyboard.press('End');
    expect(await moment.textContent()).toBe('step 60');
    expect(await page.getByRole('checkbox', { name: 'Newest' }).isChecked()).toBe(true);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await dashboard.shoot('help');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').count()).toBe(0);
    await dashboard.close();
  });

  test('lays another run over, takes it away, and remembers a theme', async () => {
    const dashboard = await openDashboard(points, { directory: recorded });
    const { page } = dashboard;
    await page.locator('.run-name').click();
    await page.getByRole('checkbox', { name: 'Overlay digits' }).check();
    await dashboard.shoot('runs');
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.legend .chip').nth(1).waitFor();
    await page.getByRole('button', { name: 'Take digits away' }).click();
    await page.locator('.legend').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'High contrast, dark' }).click();
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'hc-dark');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('steers a live run with every control, and says when its process is gone', async () => {
    const run = await startLiveRun(join(folder, 'live'));
    const dashboard = await openDashboard(run.path, { directory: folder });
    const { page } = dashboard;
    const state = page.locator('.top .state');
    const place = page.locator('.top .progress > :first-child');
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const toast = (text: RegExp) => page.locator('.toast', { hasText: text }).waitFor();
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'running');
    await page.waitForFunction(() => document.querySelector('.top .progress')!.textContent!.includes('left'));
    await dashboard.shoot('live');

    await press('Pause');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await state.textContent()).toBe('paused');
    await page.waitForTimeout(600);
    const before = Number((await place.textContent())!.replaceAll(/\/.*|\D/g, ''));
    await press('Step');
    await page.waitForFunction(
      (step) => Number(document.querySelector('.top .progress > *')!.textContent!.replaceAll(/\/.*|\D/g, '')) === step,
      before + 1,
    );
    await press('Step G');
    await press('Step fake');
    await page.getByRole('slider', { name: 'Slow motion' }).press('ArrowRight');
    expect(await page.locator('.controls .slider output').textContent()).toBe('50 ms');
    await press('Checkpoint');
    await toast(/Checkpoint of step/);
    await press('Evaluate');
    await toast(/KL/);
    await press('Export');
    await page.getByRole('menuitem', { name: /Generator/ }).click();
    await toast(/generator\.onnx/);
    await press('Resume');
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'running');
    expect(dashboard.errors).toEqual([]);

    await run.kill();
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'interrupted');
    await dashboard.shoot('interrupted');
    await page.locator('.banner').getByRole('button', { name: 'Resume' }).click();
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'running');
    await page.locator('.banner').waitFor({ state: 'detached' });
    await press('Stop');
    await press('Stop the run');
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'stopped');
    await dashboard.close();
  });

  test('ends a run after it has asked once', async () => {
    const run = await startLiveRun(join(folder, 'stopped'));
    const dashboard = await openDashboard(run.path, { directory: folder });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop the run' }).click();
    await page.waitForFunction(() => document.querySelector('.top .state')!.textContent === 'stopped');
    await dashboard.shoot('stopped');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('connects again when only the connection broke, and shows what has come meanwhile', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    let breakConnection: (() => Promise<void>) | undefined;
    await page.routeWebSocket('**/socket', (socket) => {
      socket.connectToServer();
      breakConnection = () => socket.close();
    });
    await page.reload();
    const stands = () => document.querySelector('.player output')?.textContent === 'step 60';
    await page.waitForFunction(stands);
    await page.keyboard.press('ArrowLeft');
    await breakConnection!();
    await page.locator('.banner', { hasText: 'tries to connect again' }).waitFor();
    await page.locator('.banner', { hasText: 'tries to connect again' }).waitFor({ state: 'detached' });
    expect(await page.locator('.top .state').textContent()).toBe('finished');
    await page.waitForTimeout(500);
    expect(await page.locator('.player output').textContent()).toBe('step 56');
    await page.keyboard.press('End');
    await page.waitForFunction(stands);
    await dashboard.close();
  });

  test('shows markup as text, and what is missing as missing', async () => {
    const hostile = join(folder, 'hostile');
    cpSync(digits, hostile, { recursive: true });
    rmSync(join(hostile, 'images'), { recursive: true });
    const markup = '<img src=x onerror="document.title=1">';
    writeFileSync(join(hostile, 'notes.json'), JSON.stringify({ v: 1, name: markup, tags: [markup], notes: markup }));
    const dashboard = await openDashboard([hostile, points], { directory: folder });
    const { page } = dashboard;
    await page.waitForFunction((title) => document.title.startsWith(title), markup);
    expect(await page.locator('.run-name').textContent()).toBe(markup);
    await expect.poll(() => page.getByText('This picture is missing.').count()).toBe(2);
    await page.locator('.run-name').click();
    await page.getByRole('dialog', { name: 'Runs' }).waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    await dashboard.shoot('hostile');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('keeps what is there when its server goes, and says so', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    await page.waitForFunction(() => document.querySelector('.player output')!.textContent === 'step 60');
    await dashboard.endServer();
    await page.locator('.banner', { hasText: 'dmd-lab dashboard' }).waitFor();
    await dashboard.shoot('lost');
    expect(await page.locator('.top .state').textContent()).toBe('not connected');
    expect(await page.locator('.player output').textContent()).toBe('step 60');
    await dashboard.close();
  });
});

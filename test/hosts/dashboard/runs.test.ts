/**
 * Runs as they come: of digits while they are learned, a very long one, one that has failed, and one whose process has died.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { connectRun } from '../../../src/runs/control/client.ts';
import { longRun, writeRun } from '../../recorded-run.ts';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard, type Dashboard } from './open-dashboard.ts';
import { recordFailure, startLiveRun } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-dashboard-runs-'));
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

const pixels = ({ page }: Dashboard, selector: string): Promise<string> =>
  page.locator(selector).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const words = ({ page }: Dashboard, selector: string) => page.locator(selector).textContent();

describe.skipIf(!hasBrowser())('runs', () => {
  test('of digits: samples, curves and scores come while they are learned', async () => {
    const run = await startLiveRun(join(folder, 'digits'), 'digits');
    const dashboard = await openDashboard(run.path, { directory: folder, height: 2400 });
    const { page } = dashboard;
    const oneStep = '[data-view=samples] .beside figure:nth-child(2) canvas';
    await page.waitForFunction(() => /^step \d/.test(document.querySelector('.player output')!.textContent));
    await page.waitForTimeout(500);
    const before = { picture: await pixels(dashboard, oneStep), moment: await words(dashboard, '.player output') };
    const curve = page.locator('.chart[aria-label="L_DM"] .chart-stage');
    const iteration = async () => Number(/at iteration (\d+)/.exec((await curve.getAttribute('aria-label'))!)?.[1]);
    await expect.poll(iteration, { timeout: 30_000 }).toBeGreaterThan(1);
    const first = await iteration();
    await expect.poll(() => pixels(dashboard, oneStep), { timeout: 30_000 }).not.toBe(before.picture);
    await expect.poll(() => words(dashboard, '.player output')).not.toBe(before.moment);
    await expect.poll(iteration, { timeout: 30_000 }).toBeGreaterThan(first);
    await expect.poll(() => words(dashboard, '.scores-shown'), { timeout: 30_000 }).toMatch(/recorded at step \d/);
    await dashboard.shoot('live-digits');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('of 200,000 steps: curves from the first to the last, and any moment in between', async () => {
    const steps = 200_000;
    const dashboard = await openDashboard(writeRun(join(folder, 'long'), longRun(steps)), { directory: folder });
    const { page } = dashboard;
    const curve = page.locator('.chart[aria-label="L_DM"] .chart-stage');
    await curve.locator('.js-line').first().waitFor();
    const all = { timeout: 60_000 };
    await expect.poll(() => curve.getAttribute('aria-label'), all).toContain(`at iteration ${steps}`);
    const moment = () => words(dashboard, '.player output');
    // the steps of the configuration are the last ones of all
    const last = await moment();
    const slider = page.locator('.player input[type=range]');
    expect(await slider.getAttribute('max')).toBe('199');
    await slider.fill('100');
    const middle = await moment();
    expect(middle).not.toBe(last);
    await page.keyboard.press('Home');
    expect(await moment()).not.toBe(middle);
    await page.keyboard.press('End');
    expect(await moment()).toBe(last);
    await dashboard.shoot('long');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('that has failed tells its reason, until that is put away', async () => {
    const path = join(folder, 'failed');
    recordFailure(path);
    const dashboard = await openDashboard(path, { directory: folder });
    const banner = dashboard.page.locator('.banner.bad', { hasText: 'Failed at' });
    expect(await banner.textContent()).toMatch(
      /Training diverged at matching step \d+: \w+ is \w+\..*Lower learningRate/,
    );
    expect(await words(dashboard, '.top .state')).toBe('failed');
    await dashboard.shoot('failed');
    expect(await seriousViolations(dashboard.page)).toEqual([]);
    await banner.getByRole('button', { name: 'Close' }).click();
    await banner.waitFor({ state: 'detached' });
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('whose process died before the page was opened is shown with what it lost, and goes on at the press of a button', async () => {
    const run = await startLiveRun(join(folder, 'died'));
    await run.kill();
    const dashboard = await openDashboard(run.path, { directory: folder });
    const banner = dashboard.page.locator('.banner');
    await banner.filter({ hasText: 'process is gone' }).waitFor();
    expect(await banner.textContent()).toMatch(/There is no checkpoint|It can go on from the checkpoint/);
    expect(await words(dashboard, '.top .state')).toBe('interrupted');
    await banner.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => words(dashboard, '.top .state'), { timeout: 60_000 }).toBe('running');
    await dashboard.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await dashboard.page.getByRole('button', { name: 'Stop the run' }).click();
    await expect.poll(() => words(dashboard, '.top .state'), { timeout: 60_000 }).toBe('stopped');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('in slow motion say so when a page opens, and follow whoever changes it', async () => {
    const run = await startLiveRun(join(folder, 'slow'));
    const connection = await connectRun(run.path);
    await connection.send({ type: 'setSlow', milliseconds: 200 });
    const dashboard = await openDashboard(run.path, { directory: folder });
    const pause = () => words(dashboard, '.controls .slider output');
    await expect.poll(pause).toBe('200 ms');
    await connection.send({ type: 'setSlow', milliseconds: 0 });
    await expect.poll(pause).toBe('off');
    connection.close();
    await dashboard.page.getByRole('slider', { name: 'Slow motion' }).press('ArrowRight');
    await dashboard.page.waitForTimeout(1500);
    expect(await pause()).toBe('50 ms');
    await dashboard.page.reload();
    await expect.poll(pause).toBe('50 ms');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });
});

/**
 * Try it: samples on demand of real checkpoints, in one step and by the teacher, and the time that each takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard, type Dashboard } from './open-dashboard.ts';
import { digits, points, startLiveRun } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-dashboard-try-'));
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

/** What both sides show, when nothing is under way. */
async function drawn({ page }: Dashboard): Promise<string[]> {
  await page.waitForFunction(
    () =>
      document.querySelectorAll('.try-side[aria-busy=false]:not([hidden]) .try-box:not([hidden])').length ===
      document.querySelectorAll('.try-side:not([hidden])').length,
  );
  return page
    .locator('.try-side:not([hidden]) .try-box canvas')
    .evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
}

/** What both sides show when it is something else than `before`. */
async function drawnAnew(dashboard: Dashboard, before: readonly string[]): Promise<string[]> {
  let now: string[] = [];
  await expect
    .poll(async () => (now = await drawn(dashboard)).every((side, i) => side !== before[i]), { timeout: 60_000 })
    .toBe(true);
  return now;
}

describe.skipIf(!hasBrowser())('samples on demand', () => {
  test('of images: seeds, classes, a way between two, the teacher with more or fewer steps', async () => {
    const dashboard = await openDashboard(digits);
    const { page } = dashboard;
    await page.locator('#tab-try').click();
    await page.getByText('Draw samples yourself').waitFor();
    await page.getByRole('button', { name: 'Draw', exact: true }).click();
    const first = await drawn(dashboard);
    expect(first[0]).not.toBe(first[1]);
    const captions = page.locator('.try-side > figcaption > span:first-child');
    expect(await captions.allTextContents()).toEqual(['One step, 1 NFE', 'Teacher, 35 NFE']);
    await page.locator('.try-comparison', { hasText: /times as fast/ }).waitFor();
    await dashboard.shoot('try-images');

    await page.getByRole('spinbutton', { name: 'Seed', exact: true }).fill('7');
    const second = await drawnAnew(dashboard, first);
    await page.getByRole('spinbutton', { name: 'Seed', exact: true }).fill('0');
    expect(await drawnAnew(dashboard, second)).toEqual(first);

    await page.locator('.try-classes').getByRole('button', { name: '3' }).click();
    const threes = await drawnAnew(dashboard, first);
    await page.getByRole('slider', { name: 'Steps' }).fill('4');
    await page.waitForFunction(() => document.querySelectorAll('.try-side > figcaption')[1]!.textContent!.includes(' 7 NFE'));
    await page.getByRole('radio', { name: 'Between two' }).check();
    await drawnAnew(dashboard, threes);
    const enlarged = page.locator('.try-enlarged').first();
    await enlarged.waitFor();
    expect(await enlarged.getAttribute('aria-label')).toBe('One step, 1 of 16');
    await page.getByRole('slider', { name: 'Along the way' }).fill('15');
    expect(await enlarged.getAttribute('aria-label')).toBe('One step, 16 of 16');
    await dashboard.shoot('try-way');
    expect(await seriousViolations(page)).toEqual([]);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  }); // prettier-ignore

  test('of points: an earlier checkpoint, without the teacher, and a race', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    await page.locator('#tab-try').click();
    await page.getByRole('button', { name: 'Draw', exact: true }).click();
    const last = await drawn(dashboard);
    await page.getByRole('combobox', { name: 'Checkpoint' }).selectOption({ label: 'step 20' });
    await expect.poll(async () => (await drawn(dashboard))[0], { timeout: 60_000 }).not.toBe(last[0]);
    const whole = await drawn(dashboard);
    await page.getByRole('button', { name: 'Race' }).click();
    await page.getByText(/slowed down|in real time|sped up/).waitFor();
    const [, racing] = await drawn(dashboard);
    expect(racing).not.toBe(whole[1]);
    await expect.poll(() => drawn(dashboard), { timeout: 10_000 }).toEqual(whole);
    await page.getByRole('checkbox', { name: 'The teacher beside it' }).uncheck();
    expect(await drawn(dashboard)).toHaveLength(1);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('of a live run: from its first checkpoint on', async () => {
    const run = await startLiveRun(join(folder, 'live'));
    const dashboard = await openDashboard(run.path, { directory: folder });
    const { page } = dashboard;
    await page.locator('#tab-try').click();
    await page.waitForFunction(() => document.querySelectorAll('#view-try select option').length > 1);
    await page.getByRole('button', { name: 'Draw', exact: true }).click();
    await drawn(dashboard);
    await page.getByText(/while the run trains beside it/).waitFor();
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });
});

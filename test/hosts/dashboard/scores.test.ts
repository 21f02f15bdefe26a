/**
 * Score difference and Method: pictures of a moment and a noise level, what is asked for, stages of a step, and symbols.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard, type Dashboard } from './open-dashboard.ts';
import { digits, points, startLiveRun } from './record.ts';

afterAll(closeBrowser);

/** What a canvas shows, as text that is the same for the same pixels. */
const pixels = ({ page }: Dashboard, selector: string): Promise<string> =>
  page.locator(selector).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const show = ({ page }: Dashboard, view: string) =>
  page.evaluate((id) => document.getElementById(id)!.scrollIntoView(), `view-${view}`);
const shown = ({ page }: Dashboard) => page.locator('.scores-shown').textContent();

describe.skipIf(!hasBrowser())('scores', () => {
  test('in the plane: density and arrows of a level and a moment, and a sample', async () => {
    const dashboard = await openDashboard(points, { theme: 'dark' });
    const { page } = dashboard;
    await show(dashboard, 'scores');
    await expect.poll(() => shown(dashboard)).toBe('σ = 0.085, recorded at step 60');
    const plot = '.scores-plane .plane-box canvas';
    await page.waitForTimeout(300);
    const newest = await pixels(dashboard, plot);
    await page.locator('.level-slider input').first().fill('1');
    await expect.poll(() => shown(dashboard)).toBe('σ = 0.97, recorded at step 60');
    expect(await pixels(dashboard, plot)).not.toBe(newest);
    await page.locator('.level-slider input').first().fill('0');
    await expect.poll(() => pixels(dashboard, plot)).toBe(newest);

    await page.locator('#title-scores').click();
    await page.keyboard.press('Home');
    await expect.poll(() => shown(dashboard)).toBe('σ = 0.085, recorded at start');
    await expect.poll(() => pixels(dashboard, plot)).not.toBe(newest);
    await page.keyboard.press('End');
    await expect.poll(() => pixels(dashboard, plot)).toBe(newest);
    await page.getByRole('checkbox', { name: 'Arrows' }).uncheck();
    await expect.poll(() => pixels(dashboard, plot)).not.toBe(newest);
    await page.getByRole('checkbox', { name: 'Arrows' }).check();
    await page.getByRole('button', { name: 'Score of the next sample' }).click();
    await page.getByText(/^Sample 2: x/).waitFor();
    await dashboard.shoot('scores-plane');
    expect(await seriousViolations(page)).toEqual([]);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('of images: recorded, and asked of the last checkpoint for any sample and level', async () => {
    const dashboard = await openDashboard(digits);
    const { page } = dashboard;
    await show(dashboard, 'scores');
    await expect.poll(() => shown(dashboard)).toContain('recorded at step 16');
    expect(await page.locator('.score-cell canvas').count()).toBe(6);
    const bounds = await page.locator('.diverging-legend > span:not(.bar)').allTextContents();
    expect(bounds.map((text) => text.replace('−', ''))).toEqual([bounds[1], bounds[1], bounds[3], bounds[3]]);
    const recorded = await pixels(dashboard, '.score-cell:nth-child(10) canvas');
    await page.getByRole('checkbox', { name: 'All samples' }).check();
    expect(await page.locator('.score-cell canvas').count()).toBe(48);
    await dashboard.shoot('scores-images');
    await page.getByRole('checkbox', { name: 'All samples' }).uncheck();

    await page.locator('#view-scores').getByRole('radio', { name: 'Last checkpoint' }).check({ force: true });
    await page.locator('.level-slider input').nth(1).fill('0.9');
    await expect.poll(() => shown(dashboard), { timeout: 60_000 }).toMatch(/^σ = 3\d.*last checkpoint, step 16$/);
    await expect.poll(() => pixels(dashboard, '.score-cell:nth-child(10) canvas')).not.toBe(recorded);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('a step by hand lights Algorithm 1 in its order; nodes open views; symbols explain themselves', async () => {
    const path = join(tmpdir(), `dmd-lab-method-${process.pid}`);
    const run = await startLiveRun(path);
    const dashboard = await openDashboard(path);
    const { page } = dashboard;
    try {
      await show(dashboard, 'method');
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      await page.evaluate(() => {
        const lit: string[] = [];
        const says = document.querySelector('.method-says')!;
        new MutationObserver(() => {
          const nodes = [...document.querySelectorAll<HTMLElement>('.node.lit')].map((node) => node.dataset.node);
          if (/^\d/.test(says.textContent)) lit.push(`${says.textContent[0]} ${nodes.join(' ')}`);
        }).observe(says, { childList: true });
        Object.assign(globalThis, { lit });
      });
      await page.waitForTimeout(800);
      await page.getByRole('button', { name: 'Step', exact: true }).click();
      const lit = () => page.evaluate(() => (globalThis as unknown as { lit: string[] }).lit);
      const first = ['1 z G x', '2 eps x_t', '3 mu_real mu_fake', '4 difference', '5 grad_x'];
      await expect.poll(lit, { timeout: 15_000 }).toEqual([...first, '6 pair L_reg', '7 G', '8 L_fake', '9 mu_fake']);

      await page.locator('#view-method').getByRole('radio', { name: 'Live' }).check({ force: true });
      await expect.poll(() => shown(dashboard), { timeout: 20_000 }).toContain('live, asked at step');
      await page.getByRole('button', { name: /Gradient on the sample/ }).hover();
      await page.locator('.meaning math').waitFor();
      expect(await page.locator('.meaning').textContent()).toContain('Eq. 7');
      await dashboard.shoot('method');
      await page.getByRole('button', { name: /Regression loss/ }).click();
      await expect.poll(() => page.locator('#view-curves').evaluate((view) => view.getBoundingClientRect().top)).toBeLessThan(300); // prettier-ignore
      expect(dashboard.errors).toEqual([]);
    } finally {
      await dashboard.close();
      await run.kill();
      rmSync(path, { recursive: true, force: true });
    }
  });

  test('at 400 px both fit, one after the other', async () => {
    const dashboard = await openDashboard(digits, { width: 400 });
    const { page } = dashboard;
    for (const view of ['method', 'scores']) {
      await page.locator(`#tab-${view}`).click();
      await page.waitForTimeout(600);
      await dashboard.shoot(`${view}-400`, true);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
      expect(await seriousViolations(page)).toEqual([]);
    }
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });
});

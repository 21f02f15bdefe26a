/**
 * Samples: what is drawn for a moment, enlarged images, the plane, and the files that are saved.
 */
import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { afterAll, describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard, type Dashboard } from './open-dashboard.ts';
import { digits, points } from './record.ts';

afterAll(closeBrowser);

/** What a canvas shows, as text that is the same for the same pixels. */
const pixels = ({ page }: Dashboard, selector: string): Promise<string> =>
  page.locator(selector).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

const momentIs = ({ page }: Dashboard, name: string) =>
  page.waitForFunction((name) => document.querySelector('.player output')!.textContent === name, name);

async function save({ page }: Dashboard, item: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: 'Save the samples' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: new RegExp(item) }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

describe.skipIf(!hasBrowser())('samples', () => {
  test('of images: moments, one enlarged, saved', async () => {
    const dashboard = await openDashboard(digits);
    const { page } = dashboard;
    await momentIs(dashboard, 'step 16');
    const oneStep = '[data-view=samples] .beside figure:nth-child(2) canvas';
    await page.waitForTimeout(800);
    const newest = await pixels(dashboard, oneStep);
    const teacher = await pixels(dashboard, '[data-view=samples] .beside figure:nth-child(1) canvas');
    await page.keyboard.press('Home');
    await momentIs(dashboard, 'start');
    await expect.poll(() => pixels(dashboard, oneStep)).not.toBe(newest);
    expect(await pixels(dashboard, '[data-view=samples] .beside figure:nth-child(1) canvas')).toBe(teacher);

    await page.getByRole('button', { name: 'Sample 4, class 3' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Sample 4, class 3' });
    await expect.poll(() => dialog.locator('.strip button').count()).toBeGreaterThan(4);
    await dialog.locator('.strip button').last().click();
    await momentIs(dashboard, 'step 16');
    await page.waitForTimeout(300);
    await dashboard.shoot('samples-enlarged');
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    const png = await save(dashboard, 'PNG');
    expect(png.name).toBe('digits-step-16.png');
    expect(PNG.sync.read(png.bytes).width).toBe(2 * 480 + 3 * 14);
    const gif = await save(dashboard, 'GIF');
    expect(gif.name).toBe('digits-samples.gif');
    expect(gif.bytes.subarray(0, 6).toString()).toBe('GIF89a');
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('of the plane: moments, pairs, the way of a sample, saved', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    await momentIs(dashboard, 'step 60');
    const plot = '[data-view=samples] .plane-box canvas';
    await page.waitForTimeout(500);
    const newest = await pixels(dashboard, plot);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => pixels(dashboard, plot)).not.toBe(newest);
    const plain = await pixels(dashboard, plot);
    await page.getByRole('checkbox', { name: 'Pairs' }).check();
    await expect.poll(() => pixels(dashboard, plot)).not.toBe(plain);
    await page.locator('[data-view=samples]').getByRole('button', { name: 'Next sample' }).click();
    await page.getByText('Way of sample 1').waitFor();
    await dashboard.shoot('samples-plane');
    const gif = await save(dashboard, 'GIF');
    expect(gif.bytes.length).toBeGreaterThan(10_000);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('play goes through all moments and rests at the last', async () => {
    const dashboard = await openDashboard(points);
    await momentIs(dashboard, 'step 60');
    await dashboard.page.getByRole('button', { name: 'Play', exact: true }).click();
    await momentIs(dashboard, 'step 12');
    await momentIs(dashboard, 'step 60');
    await dashboard.page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await dashboard.close();
  });
});

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

const words = ({ page }: Dashboard, selector: string) => page.locator(selector).textContent();

async function save({ page }: Dashboard, item: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: 'Save the samples' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: new RegExp(item) }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

describe.skipIf(!hasBrowser())('samples', () => {
  test('stay in sight beside the curves, and cover nothing behind them', async () => {
    const dashboard = await openDashboard(points, { height: 900 });
    const { page } = dashboard;
    const box = async (view: string) => (await page.locator(`[data-view=${view}]`).boundingBox())!;
    await page.locator('.chart[aria-label="L_DM"] .js-line').first().waitFor();
    const before = { samples: await box('samples'), curves: await box('curves') };
    expect(before.samples.x + before.samples.width).toBeLessThan(before.curves.x);
    const bottom = ({ y, height }: { y: number; height: number }) => y + height;
    await page.mouse.wheel(0, (bottom(before.curves) - bottom(before.samples)) / 2);
    await expect.poll(async () => (await box('curves')).y).toBeLessThan(before.curves.y);
    const top = bottom((await page.locator('.top').boundingBox())!);
    await expect.poll(async () => (await box('samples')).y - top).toBeLessThan(20);
    await page.locator('#tab-method').click();
    await expect.poll(async () => (await box('method')).y).toBeLessThan(300);
    expect(bottom(await box('samples'))).toBeLessThan((await box('method')).y);
    await dashboard.close();
  });

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
    await dialog.getByText(/training images of mnist|pairs that it learns from/).waitFor();
    const near = dialog.locator('.nearest figure');
    expect(await near.count()).toBe(4);
    const distances = (await near.locator('figcaption').allTextContents()).map(Number);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBeGreaterThan(0);
    await expect.poll(() => pixels(dashboard, '.nearest figure:nth-child(1) canvas')).not.toBe(await pixels(dashboard, '.nearest figure:nth-child(4) canvas')); // prettier-ignore
    await page.waitForTimeout(300);
    await dashboard.shoot('samples-enlarged');
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Its score difference' }).click();
    await expect.poll(() => words(dashboard, '#view-scores .chooser output')).toBe('Sample 4');
    expect(await words(dashboard, '.scores-shown')).toContain('recorded at step 16');
    // one that the run has kept no scores of is asked for
    await page.getByRole('button', { name: 'Sample 23, class 2' }).first().click();
    await page.getByRole('button', { name: 'Its score difference' }).click();
    await expect
      .poll(() => words(dashboard, '.scores-shown'), { timeout: 60_000 })
      .toContain('last checkpoint, step 16');
    expect(await page.locator('.score-cell canvas').first().getAttribute('aria-label')).toContain(
      'x, sample 23, class 2',
    );

    const png = await save(dashboard, 'PNG');
    expect(png.name).toBe('digits-step-16.png');
    expect(PNG.sync.read(png.bytes).width).toBe(2 * 480 + 3 * 14);
    const gif = await save(dashboard, 'GIF');
    expect(gif.name).toBe('digits-samples.gif');
    expect(gif.bytes.subarray(0, 6).toString()).toBe('GIF89a');
    const webm = await save(dashboard, 'WebM');
    expect(webm.name).toBe('digits-samples.webm');
    expect(webm.bytes.subarray(0, 4).toString('hex')).toBe('1a45dfa3');
    expect(webm.bytes.subarray(0, 64).includes('webm')).toBe(true);
    expect(webm.bytes.length).toBeGreaterThan(10_000);
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

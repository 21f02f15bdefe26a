/**
 * Details: the configuration searched and compared, and notes that two pages write.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard } from './open-dashboard.ts';
import { digits, points } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-dashboard-details-'));
const run = join(folder, 'noted');
beforeAll(() => {
  if (hasBrowser()) cpSync(points, run, { recursive: true });
});
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

const rows = (page: Page) => page.locator('.config-table tbody tr');
const kept = () => JSON.parse(readFileSync(join(run, 'notes.json'), 'utf8')) as object;

describe.skipIf(!hasBrowser())('details', () => {
  test('the configuration is searched, and compared between runs', async () => {
    const dashboard = await openDashboard([digits, points]);
    const { page } = dashboard;
    await page.locator('#tab-details').click();
    await rows(page).nth(30).waitFor();
    const all = await rows(page).count();
    await page.getByRole('radio', { name: 'Differs between runs' }).check();
    const differing = await rows(page).count();
    expect(differing).toBeGreaterThan(3);
    expect(differing).toBeLessThan(all);
    await page.getByRole('searchbox', { name: 'Search the configuration' }).fill('teacher distil');
    expect(await rows(page).first().locator('td').allTextContents()).toEqual(['mnist', 'two-modes', 'mnist']);
    await page.locator('#view-details').getByText('onnx on CPU, 1 thread').waitFor();
    await dashboard.shoot('details');
    expect(await seriousViolations(page)).toEqual([]);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('notes are kept when the field is left, as text, and come to another page', async () => {
    const [one, other] = [
      await openDashboard(run, { directory: folder }),
      await openDashboard(run, { directory: folder }),
    ];
    const title = '<img src=x onerror=alert(1)>';
    await one.page.getByLabel('Title', { exact: true }).fill(title);
    await one.page.getByLabel('Tags, with commas between').fill('good, round , good');
    await one.page.getByLabel('Notes', { exact: true }).fill('two lines\nof text');
    await one.page.keyboard.press('Tab');
    await expect.poll(kept).toEqual({ v: 1, name: title, tags: ['good', 'round'], notes: 'two lines\nof text' });
    await expect.poll(() => other.page.getByLabel('Notes', { exact: true }).inputValue()).toBe('two lines\nof text');
    expect(await other.page.title()).toBe(`${title} · DMD Lab`);
    expect(await one.page.getByLabel('Tags, with commas between').inputValue()).toBe('good, round');

    // both write the same field
    await other.page.getByLabel('Notes', { exact: true }).fill('mine');
    await one.page.getByLabel('Notes', { exact: true }).fill('theirs');
    await one.page.keyboard.press('Tab');
    const conflict = other.page.locator('.note-conflict', { hasText: 'theirs' });
    await conflict.waitFor();
    expect(await other.page.getByLabel('Notes', { exact: true }).inputValue()).toBe('mine');
    expect(kept()).toMatchObject({ notes: 'theirs' });
    await other.page.getByRole('button', { name: 'Keep mine' }).click();
    await conflict.waitFor({ state: 'hidden' });
    await expect.poll(kept).toMatchObject({ notes: 'mine', tags: ['good', 'round'] });
    await expect.poll(() => one.page.getByLabel('Notes', { exact: true }).inputValue()).toBe('mine');
    expect([...one.errors, ...other.errors]).toEqual([]);
    await one.close();
    await other.close();
  });

  test('tags that are too long are refused, and what was written stays', async () => {
    const dashboard = await openDashboard(run, { directory: folder });
    const { page } = dashboard;
    const tags = page.getByLabel('Tags, with commas between');
    const long = 'x'.repeat(60);
    await tags.fill(long);
    await page.keyboard.press('Tab');
    await page.locator('.toast.bad', { hasText: 'is no tag' }).waitFor();
    expect(await tags.inputValue()).toBe(long);
    await dashboard.close();
  });
});

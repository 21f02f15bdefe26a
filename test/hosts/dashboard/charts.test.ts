/**
 * Curves and Gradients: what is drawn, read, zoomed, chosen and kept, of recorded and of live runs.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/runs/contract.ts';
import { seriousViolations } from './axe.ts';
import { closeBrowser, hasBrowser, openDashboard, themes, type Dashboard } from './open-dashboard.ts';
import { digits, points, startLiveRun } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-charts-'));
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

type StepEvent = Extract<RunEvent, { type: 'step' }>;

const stepsOf = (run: string): StepEvent[] =>
  readFileSync(join(run, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
    .filter((event): event is StepEvent => event.type === 'step');

const chart = ({ page }: Dashboard, title: string) => page.locator(`.chart[aria-label="${title}"]`);
const stage = (dashboard: Dashboard, title: string) => chart(dashboard, title).locator('.chart-stage');
const drawn = (dashboard: Dashboard, title: string) => stage(dashboard, title).locator('.main-svg').first().waitFor();
/** Plotly keeps them in no order. */
const ticks = async (dashboard: Dashboard, title: string) =>
  (await stage(dashboard, title).locator('.xtick').allTextContents()).sort();

async function choose(dashboard: Dashboard, title: string, item: string): Promise<void> {
  const menu = chart(dashboard, title).getByRole('button', { name: `${title}: options` });
  // a press right after the menu has closed is the one that closed it
  await dashboard.page.waitForTimeout(300);
  await menu.click();
  await chart(dashboard, title).getByRole('button', { name: item, exact: true }).click();
}

async function save(dashboard: Dashboard, title: string, format: string) {
  const [download] = await Promise.all([
    dashboard.page.waitForEvent('download'),
    choose(dashboard, title, `Save as ${format}`),
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

describe.skipIf(!hasBrowser())('charts', () => {
  test.each(themes)('are drawn in the theme %s, with nothing seriously wrong', async (theme) => {
    const dashboard = await openDashboard([points, digits], { theme, height: 2400 });
    await drawn(dashboard, 'L_DM');
    await drawn(dashboard, 'Gradient norm by layer');
    await stage(dashboard, 'Histogram of a layer').locator('.bars .point').first().waitFor();
    await dashboard.page.waitForTimeout(500);
    await dashboard.shoot(`charts-${theme}`);
    expect(await seriousViolations(dashboard.page)).toEqual([]);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('are told in words, in a table and as files, with the numbers of the run', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    const steps = stepsOf(points);
    const { lossDm, iteration } = steps.at(-1)!;
    await drawn(dashboard, 'L_DM');
    const words = await stage(dashboard, 'L_DM').getAttribute('aria-label');
    expect(words).toContain(`${Math.fround(lossDm!).toPrecision(4)} at iteration ${iteration}`);

    await choose(dashboard, 'L_DM', 'Table');
    const cells = await page.getByRole('dialog', { name: 'L_DM' }).locator('tbody tr').last().locator('td').allTextContents(); // prettier-ignore
    expect(cells[1]).toBe(String(iteration));
    expect(Math.fround(Number(cells[3]))).toBe(Math.fround(lossDm!));
    await page.keyboard.press('Escape');

    const csv = await save(dashboard, 'L_DM', 'CSV');
    expect(csv.name).toBe('points-lossDm.csv');
    const [head, ...rows] = csv.bytes.toString().trim().split('\r\n');
    expect(head).toBe('run,iteration,seconds,L_DM');
    const expected = steps.map((step) => [step.iteration, step.lossDm ? Math.fround(step.lossDm) : 0]);
    expect(rows.map((row) => row.split(',')).map((row) => [Number(row[1]), Math.fround(Number(row[3]))])).toEqual(expected); // prettier-ignore

    const png = PNG.sync.read((await save(dashboard, 'L_DM', 'PNG')).bytes);
    expect([png.width, png.height]).toEqual([1800, 1080]);
    const svg = (await save(dashboard, 'Gradient norm by layer', 'SVG')).bytes.toString();
    expect(svg).toMatch(/^<svg[\s\S]*iteration[\s\S]*<\/svg>$/);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('a click moves the cursor; a drag zooms all that share the axis, and the menu back', async () => {
    const dashboard = await openDashboard(points, { height: 2400 });
    const { page } = dashboard;
    await drawn(dashboard, 'L_DM');
    await drawn(dashboard, 'L_fake');
    const whole = await ticks(dashboard, 'L_fake');
    const box = (await stage(dashboard, 'L_DM').locator('.nsewdrag').boundingBox())!;
    const at = (share: number) => box.x + share * box.width;
    await page.mouse.move(at(0.45), box.y + 30);
    await stage(dashboard, 'L_DM').locator('.hoverlayer .legend').waitFor();
    await page.mouse.click(at(0.45), box.y + 30);
    await page.waitForFunction(() => /^step (24|28)$/.test(document.querySelector('.player output')!.textContent));

    await page.mouse.move(at(0.5), box.y + 30);
    await page.mouse.down();
    await page.mouse.move(at(0.8), box.y + 40, { steps: 6 });
    await page.mouse.up();
    await expect.poll(() => ticks(dashboard, 'L_fake')).not.toEqual(whole);
    expect(await ticks(dashboard, 'L_DM')).toEqual(await ticks(dashboard, 'L_fake'));
    await choose(dashboard, 'L_fake', 'Reset zoom');
    await expect.poll(() => ticks(dashboard, 'L_DM')).toEqual(whole);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('what is set for one chart, or for all, is still so after a reload', async () => {
    const dashboard = await openDashboard(points);
    const { page } = dashboard;
    await drawn(dashboard, 'L_DM');
    // the first one is that of all charts
    await page.locator('[data-view=curves]').getByRole('radio', { name: 'Time' }).first().check({ force: true });
    await stage(dashboard, 'L_DM').getByText('seconds').waitFor();
    await stage(dashboard, 'L_reg').getByText('seconds').waitFor();
    await chart(dashboard, 'L_reg').getByRole('button', { name: 'L_reg: options' }).click();
    await chart(dashboard, 'L_reg').getByRole('radio', { name: 'Step' }).check({ force: true });
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
    await page.reload();
    await stage(dashboard, 'L_DM').getByText('seconds').waitFor();
    await stage(dashboard, 'L_reg').getByText('iteration', { exact: true }).waitFor();
    await dashboard.close();
  });

  test('a layer is chosen by keyboard and by pointer, and asked for from the last checkpoint', async () => {
    const dashboard = await openDashboard(points, { height: 2400 });
    const { page } = dashboard;
    await drawn(dashboard, 'Gradient norm by layer');
    const select = page.getByRole('combobox', { name: 'Layer' });
    const first = await select.inputValue();
    await stage(dashboard, 'Gradient norm by layer').focus();
    await page.keyboard.press('ArrowDown');
    const second = await select.inputValue();
    expect(second).not.toBe(first);
    await page.getByText(/norm .* last checkpoint, iteration 60/).waitFor();
    await expect
      .poll(() => stage(dashboard, 'Histogram of a layer').getAttribute('aria-label'))
      .toContain(`${second}, gradient:`);
    const box = (await stage(dashboard, 'Gradient norm by layer').locator('.nsewdrag').boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + box.height - 4);
    // a click is that of what is pointed at, which is found a moment after the pointer has come
    await stage(dashboard, 'Gradient norm by layer').locator('.hovertext').waitFor();
    await page.mouse.click(box.x + 40, box.y + box.height - 4);
    const last = await select.locator('option').last().getAttribute('value');
    await expect.poll(() => select.inputValue()).toBe(last);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  });

  test('nothing below moves while the cursor goes through the run, whatever layers are flagged', async () => {
    const run = join(folder, 'flagged');
    cpSync(points, run, { recursive: true });
    const file = join(run, 'events.jsonl');
    const explode = (line: string) => {
      const event = JSON.parse(line) as RunEvent;
      if (event.type !== 'layers' || event.iteration !== 48) return line;
      return JSON.stringify({ ...event, matching: event.matching!.map((norm) => 1000 * norm) });
    };
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(file, `${lines.map(explode).join('\n')}\n`);
    const dashboard = await openDashboard(run, { height: 2400 });
    const { page } = dashboard;
    await drawn(dashboard, 'Gradient norm by layer');
    await stage(dashboard, 'Histogram of a layer').locator('.bars .point').first().waitFor();
    const flags = page.getByRole('list', { name: 'Flagged layers' }).getByRole('button');
    const height = () => page.locator('#view-gradients').evaluate((view) => view.getBoundingClientRect().height);
    const [heights, counts] = [new Set<number>(), new Set<number>()];
    await page.keyboard.press('Home');
    for (let moments = 0; moments < 20; moments++) {
      heights.add(await height());
      const flagged = await flags.count();
      counts.add(flagged);
      if (flagged > 0) await dashboard.shoot('charts-flagged', true);
      await page.keyboard.press('ArrowRight');
    }
    expect([...counts].sort((a, b) => a - b)).toEqual([0, 13]);
    expect([...heights]).toHaveLength(1);
    await dashboard.close();
  });

  test('of a live run they grow, and stay where the reader has zoomed to', async () => {
    const run = await startLiveRun(join(folder, 'live'));
    const dashboard = await openDashboard(run.path, { height: 2400 });
    await drawn(dashboard, 'L_fake');
    const iteration = async () =>
      Number(/at iteration (\d+)/.exec((await stage(dashboard, 'L_fake').getAttribute('aria-label'))!)![1]);
    const before = await iteration();
    await expect.poll(iteration, { timeout: 20_000 }).toBeGreaterThan(before);
    const box = (await stage(dashboard, 'L_DM').locator('.nsewdrag').boundingBox())!;
    await dashboard.page.mouse.move(box.x + 20, box.y + 30);
    await dashboard.page.mouse.down();
    await dashboard.page.mouse.move(box.x + 90, box.y + 30, { steps: 5 });
    await dashboard.page.mouse.up();
    await dashboard.page.waitForTimeout(1500);
    const zoomed = await ticks(dashboard, 'L_DM');
    const then = await iteration();
    await expect.poll(iteration, { timeout: 20_000 }).toBeGreaterThan(then);
    expect(await ticks(dashboard, 'L_DM')).toEqual(zoomed);
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
    await run.kill();
  });
});

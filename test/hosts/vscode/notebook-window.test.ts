/**
 * Notebooks in VS Code's window: the new one and its figures, and a run that a cell and the dashboard drive in turns.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startServer, type Server } from './server.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const steps = `import { distiller } from 'dmd-lab/notebook';
const run = await distiller({ teacher: 'two-modes', pairs: 64, warmup: { regressionSteps: 0, fakeSteps: 0 } });
await run.step(20);
console.log('iteration', run.iteration);`;

describe.skipIf(!inject('host'))("notebooks in VS Code's window", () => {
  let server: Server;
  let workbench: Workbench;
  let folder = '';
  beforeAll(async () => {
    server = await startServer({ linked: true });
    folder = join(server.folder, 'study');
    mkdirSync(folder);
    const now = "import { dashboard } from 'dmd-lab/notebook';\nconsole.log('now', run.iteration);";
    const cells = [steps, now, 'dashboard(run, { inline: true, height: 500 })'].map((source) => ({
      cell_type: 'code',
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    }));
    const metadata = { kernelspec: { name: 'dmd-lab', display_name: 'TypeScript (DMD Lab)', language: 'typescript' } };
    writeFileSync(join(folder, 'steps.ipynb'), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
    workbench = await openWorkbench(server, { folder });
  });
  afterAll(async () => {
    await workbench?.shoot('notebook-last');
    await workbench?.close();
    await server?.stop();
  });
  /** Presses the button that runs a cell of code. */
  const press = async (index: number) => {
    const cell = workbench.page.locator('.notebookOverlay:visible .code-cell-row').nth(index);
    await cell.hover();
    await cell.locator('.run-button-container .action-label').first().click();
  };
  const toolbar = (name: string) => workbench.page.getByRole('button', { name }).locator('visible=true');
  /** The frame with such an element: several webviews are there, seen or not. */
  const frameWith = async (selector: string): Promise<Frame> => {
    let found: Frame | undefined;
    const look = async () => {
      for (const frame of workbench.page.frames())
        if ((await frame.locator(selector).count().catch(() => 0)) > 0) found = frame; // prettier-ignore
      return found !== undefined;
    };
    await expect.poll(look, { timeout: 150_000 }).toBe(true);
    return found!;
  };
  const printed = async (text: string) =>
    (await frameWith('.output_container')).getByText(text).waitFor({ timeout: 100_000 });

  test('20 steps from a cell, one by the button of the dashboard, and the cell reads step 21', async () => {
    const { page } = workbench;
    await workbench.open('steps.ipynb');
    await page.locator('.kernel-label:visible', { hasText: 'TypeScript (DMD Lab)' }).waitFor();
    await press(0);
    await printed('iteration 20');
    await workbench.shoot('notebook-steps');

    const tab = page.locator('.tab.active', { hasText: /^two-modes / });
    // an item that is written anew at the very moment loses the click
    const open = async () => {
      await page.locator('.statusbar-item', { hasText: /two-modes .*paused/ }).click();
      return tab.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(open, { timeout: 60_000 }).toBe(true);
    const dashboard = await frameWith('#page');
    await dashboard.getByRole('button', { name: 'Step', exact: true }).click();
    await dashboard.locator('.progress', { hasText: /\b21\b/ }).waitFor();
    await workbench.shoot('notebook-dashboard');

    await workbench.open('steps.ipynb');
    await press(1);
    await printed('now 21');
    await press(2);
    const inline = await frameWith('.run-name');
    await inline.locator('.run-name', { hasText: /-two-modes$/ }).waitFor();
    await inline.locator('.state', { hasText: 'replay, paused' }).waitFor();
    await inline.locator('.progress', { hasText: /\b21\b/ }).waitFor();
    await workbench.shoot('notebook-inline');
    await workbench.command('File: Save');
    await page.locator('.tab.dirty').waitFor({ state: 'detached' });
    await workbench.command('View: Close All Editors');
    await expect.poll(() => page.locator('.tab').count()).toBe(0);
  }, 400_000);

  test('a new notebook distils two-modes, with figures that are drawn in place', async () => {
    const { page } = workbench;
    await workbench.command('DMD: New Notebook');
    await page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    await toolbar('Run All').waitFor();
    // it comes in turns with the kernel's name
    await page.waitForTimeout(2_000);
    await toolbar('Run All').click({ force: true });
    const output = await frameWith('.js-plotly-plot .main-svg');
    await output
      .locator('.js-plotly-plot')
      .first()
      .evaluate((plot) => plot.setAttribute('data-mark', ''));
    await page.waitForTimeout(3_000);
    await workbench.shoot('notebook-live');
    // the very element still stands there, though it was drawn again and again
    expect(await output.locator('.js-plotly-plot[data-mark]').count()).toBe(1);

    // outputs that are out of sight are not there
    await page.mouse.move(800, 500);
    const further = async (text: RegExp) => {
      await page.mouse.wheel(0, 150);
      return output.getByText(text).first().isVisible();
    };
    await expect.poll(() => further(/^Algorithm 1: /), { timeout: 150_000, interval: 1_000 }).toBe(true);
    await workbench.shoot('notebook-algorithm');
    await expect.poll(() => further(/^Iteration \d/), { timeout: 100_000, interval: 1_000 }).toBe(true);
    await workbench.shoot('notebook-figures');
    expect(await page.locator('.notebookOverlay .codicon-notebook-state-error').count()).toBe(0);
    await toolbar('Interrupt').click({ force: true });
    await toolbar('Run All').waitFor();
  }, 400_000);

  test('its figures follow the theme of the window', async () => {
    const output = await frameWith('.js-plotly-plot .gtitle');
    const colour = () =>
      output
        .locator('.gtitle')
        .first()
        .evaluate((text) => getComputedStyle(text).fill);
    const before = await colour();
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
    await expect.poll(colour, { timeout: 30_000 }).not.toBe(before);
    await workbench.shoot('notebook-other-theme');
  });

  test('a notebook that is saved keeps its kernel', async () => {
    const { page } = workbench;
    await workbench.command('File: Save');
    await workbench.enterPath(join(folder, 'kept.ipynb'));
    await page.locator('.tab.active', { hasText: 'kept.ipynb' }).waitFor();
    await page.locator('.notebookOverlay:visible .code-cell-row').last().click();
    await workbench.command('Notebook: Insert Code Cell Below');
    await page.keyboard.type("console.log('still', run.iteration > 0);");
    await page.keyboard.press('Shift+Enter');
    await printed('still true');
  }, 400_000);
});

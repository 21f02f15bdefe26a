/**
 * Notebooks in VS Code's window: the new one and its figures, and a run that a cell and the dashboard drive in turns.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  beforeAll(async () => {
    server = await startServer({ linked: true });
    const folder = join(server.folder, 'study');
    mkdirSync(folder);
    const cells = [steps, "console.log('now', run.iteration);"].map((source) => ({
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
  const outputs = () => workbench.webview().locator('.output_container');

  test('20 steps from a cell, one by the button of the dashboard, and the cell reads step 21', async () => {
    const { page } = workbench;
    await workbench.open('steps.ipynb');
    await page.locator('.kernel-label:visible', { hasText: 'TypeScript (DMD Lab)' }).waitFor();
    await press(0);
    await outputs().getByText('iteration 20').waitFor();
    await workbench.shoot('notebook-steps');

    await page.locator('.statusbar-item', { hasText: /two-modes .*paused/ }).click();
    await workbench.webview().getByRole('button', { name: 'Step', exact: true }).click();
    await workbench
      .webview()
      .getByText(/\b21\b/)
      .first()
      .waitFor();
    await workbench.shoot('notebook-dashboard');

    await workbench.open('steps.ipynb');
    await press(1);
    await outputs().getByText('now 21').waitFor();
  });

  test('a new notebook distils two-modes, with figures that are drawn in place', async () => {
    const { page } = workbench;
    await workbench.command('DMD: New Notebook');
    await page.locator('.kernel-label:visible', { hasText: 'TypeScript (DMD Lab)' }).waitFor();
    await workbench.command('Notebook: Run All');
    const plots = workbench.webview().locator('.js-plotly-plot');
    await plots.first().locator('.main-svg').first().waitFor();
    await plots.first().evaluate((plot) => plot.setAttribute('data-mark', ''));
    await page.waitForTimeout(3_000);
    await workbench.shoot('notebook-live');
    // the very element still stands there, though it was drawn again and again
    expect(await workbench.webview().locator('.js-plotly-plot[data-mark]').count()).toBe(1);

    await page.locator('.notebookOverlay .codicon-notebook-state-success').nth(6).waitFor({ timeout: 120_000 });
    await workbench.shoot('notebook-end');
    expect(await page.locator('.notebookOverlay .codicon-notebook-state-error').count()).toBe(0);
  }, 240_000);

  test('its figures follow the theme of the window', async () => {
    const title = workbench.webview().locator('.js-plotly-plot .gtitle').first();
    const dark = await title.evaluate((text) => getComputedStyle(text).fill);
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
    await expect.poll(() => title.evaluate((text) => getComputedStyle(text).fill)).not.toBe(dark);
    await workbench.shoot('notebook-light');
  });
});

/**
 * The product: the packed VSIX, installed into a clean profile, in an empty folder of VS Code's window. From the palette to
 * an exported generator, and what is seen on the way.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { listRuns } from '../../../src/runs/directory/list.ts';
import { readStatus } from '../../../src/runs/directory/status.ts';
import { startServer, type Server } from './server.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

describe.skipIf(!inject('host'))("the packed extension in VS Code's window", () => {
  let server: Server;
  let workbench: Workbench;
  beforeAll(async () => {
    const vsix = resolve('.cache/vscode/dmd-lab.vsix');
    const packed = spawnSync(process.execPath, ['scripts/package.mjs', '--out', vsix], { encoding: 'utf8' });
    if (packed.status !== 0) throw new Error(`The VSIX could not be packed: ${packed.stderr}`);
    console.log(packed.stdout.trim());
    server = await startServer();
    await server.install(vsix);
    workbench = await openWorkbench(server);
  }, 300_000);
  afterAll(async () => {
    await workbench?.shoot('last');
    await workbench?.close();
    await server?.stop();
  });
  const latest = async () => (await listRuns(join(workbench.folder, '.dmd/runs')).catch(() => []))[0];
  const showRuns = async () => {
    if (!(await workbench.page.locator('.sidebar .composite.title', { hasText: 'DMD Lab' }).isVisible()))
      await workbench.page.locator('.activitybar a.action-label[aria-label^="DMD Lab"]').click();
  };

  test('says in an empty folder what to do', async () => {
    await showRuns();
    await workbench.page.locator('.welcome-view-content').first().waitFor();
    await workbench.page.waitForTimeout(1_000);
    await workbench.shoot('empty');
    expect(await workbench.page.locator('.welcome-view-content').first().textContent()).toMatch(/Distill/);
  });

  test('opens the tour', async () => {
    await workbench.command('DMD: Open the Tour');
    await workbench.page.locator('.getting-started-step').first().waitFor();
    await workbench.page.waitForTimeout(3_000);
    await workbench.shoot('tour');
    expect(await workbench.page.locator('.getting-started-step').count()).toBe(5);
    await workbench.command('View: Close All Editors');
  });

  test('distils two-modes from the palette, outlives the window, and exports the generator', async () => {
    const { page } = workbench;
    await workbench.command('DMD: Distill Model');
    await workbench.choose('1/3', 'two-modes');
    await workbench.choose('2/3', /quick/i);
    const began = Date.now();
    await expect.poll(latest, { timeout: 60_000 }).toBeDefined();
    const progress = workbench.webview().locator('.top .progress:not([hidden])');
    await progress.waitFor();
    await workbench.webview().getByText('Curves', { exact: true }).first().click();
    await workbench.webview().locator('.chart-stage .main-svg').first().waitFor();
    console.log(`to the first curve: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await page
      .locator('.statusbar-item', { hasText: /it\/s|step/ })
      .first()
      .waitFor();
    await workbench.shoot('live');

    const run = (await latest())!;
    const { pid } = (await readStatus(run.path))!;
    await workbench.webview().getByRole('button', { name: 'Pause' }).click();
    await expect.poll(async () => (await latest())?.state).toBe('paused');
    await workbench.reload(run.path);
    await workbench.webview().getByRole('button', { name: 'Resume' }).click();
    expect((await readStatus(run.path))?.pid).toBe(pid);

    await expect.poll(async () => (await latest())?.state, { timeout: 300_000 }).toBe('finished');
    await workbench.webview().getByText('finished').first().waitFor();
    await page.waitForTimeout(1_500);
    await workbench.shoot('finished');

    const out = join(workbench.folder, 'generator.onnx');
    await workbench.command('DMD: Export Generator');
    const rows = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', {
      hasText: /two-modes/,
    });
    if ((await page.locator('.quick-input-title', { hasText: 'Which' }).count()) > 0) await rows.first().click();
    await workbench.enterPath(out);
    await expect.poll(() => existsSync(out) && statSync(out).size > 1_000, { timeout: 60_000 }).toBe(true);
    await showRuns();
    await page.waitForTimeout(1_500);
    await workbench.shoot('exported');
  }, 480_000);

  test('distils in a notebook, on the kernel that came along', async () => {
    const { page } = workbench;
    const before = (await latest())!.path;
    await workbench.command('View: Close All Editors');
    await workbench.command('DMD: Distill Model');
    await workbench.choose('1/3', 'two-modes');
    await workbench.choose('2/3', /quick, in a notebook/);
    await page.locator('.tab.active', { hasText: /Untitled-1/ }).waitFor();
    await page.locator('.kernel-label:visible', { hasText: 'TypeScript (DMD Lab)' }).waitFor();
    await expect.poll(async () => (await latest())?.path, { timeout: 60_000 }).not.toBe(before);
    // the run that a cell steps says so in the tree, as any other does
    await showRuns();
    await page.locator('.sidebar .monaco-list-row', { hasText: /two-modes.*(warming-up|running)/ }).waitFor();
    await expect.poll(async () => (await latest())?.state, { timeout: 300_000 }).toBe('finished');
    const cells = page.locator('.notebookOverlay:visible .code-cell-row');
    // also of the second, whose curves went on while the others ran
    for (const cell of [cells.first(), cells.nth(1)]) await cell.locator('.codicon-notebook-state-success').waitFor();
    expect(await page.locator('.codicon-notebook-state-error').count()).toBe(0);
    await page.waitForTimeout(1_500);
    await workbench.shoot('notebook-of-the-vsix');
    expect(existsSync(join(workbench.folder, 'node_modules'))).toBe(false);
  }, 480_000);
});

/**
 * Runs in VS Code's window, of a workspace with two folders: the tree, the buttons and menus on it, and the panels.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { connectRun } from '../../../src/runs/control/client.ts';
import { listRuns } from '../../../src/runs/directory/list.ts';
import { readNotes } from '../../../src/runs/directory/notes.ts';
import { readStatus } from '../../../src/runs/directory/status.ts';
import { openRunsView, type RunsView } from './runs-view.ts';
import { startServer, type Server } from './server.ts';
import { begin, distil } from './small-runs.ts';
import { openWorkbench, shootFailures, type Workbench } from './workbench.ts';

describe.skipIf(!inject('host'))("runs in VS Code's window", () => {
  let server: Server;
  let workbench: Workbench;
  let view: RunsView;
  let [first, second, live, workspace] = ['', '', '', ''];
  const stateOf = async (run: string) => (await readStatus(run))?.state;
  const newest = async (folder: string) => (await listRuns(join(folder, '.dmd/runs')))[0]!.path;
  const tab = () => workbench.page.locator('.editor-group-container.active .tab.active');

  beforeAll(async () => {
    server = await startServer({ linked: true });
    [first, second] = ['first', 'second'].map((name) => join(server.folder, name)) as [string, string];
    workspace = join(server.folder, 'both.code-workspace');
    writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }] }));
    const done = join(first, '.dmd/runs/done');
    distil(done, 30);
    for (const path of [join(second, '.dmd/runs/other'), join(server.folder, 'away/far')])
      cpSync(done, path, { recursive: true });
    live = join(first, '.dmd/runs/live');
    await begin(live);
    workbench = await openWorkbench(server, { workspace });
    view = await openRunsView(workbench);
  });
  shootFailures(() => workbench);
  afterEach(async () => {
    // what VS Code says of a row or an item that was pressed while it changed
    expect(await workbench.page.getByText('command not found').count()).toBe(0);
  });
  afterAll(async () => {
    await workbench?.close();
    await server?.stop();
  });

  test('are listed by folder', async () => {
    await view.row('live', /running/).waitFor();
    await view.row('done', /finished · 30\/30 · onnx/).waitFor();
    await view.row('other', /finished/).waitFor();
    for (const folder of ['first', 'second']) await view.row(folder).waitFor();
    await workbench.shoot('runs-tree');
    expect(await view.row('first').getAttribute('aria-expanded')).toBe('true');
  });

  test('are paused and resumed by buttons on their rows, and the status bar opens the dashboard', async () => {
    await view.press('live', 'Pause');
    await expect.poll(() => stateOf(live)).toBe('paused');
    await view.row('live', /paused/).waitFor();
    await view.press('live', 'Resume');
    await expect.poll(() => stateOf(live)).toBe('running');
    await workbench.page.locator('.statusbar-item', { hasText: /live .*it\/s/ }).click();
    await workbench.webview().locator('.run-name', { hasText: 'live' }).waitFor();
    expect(await tab().textContent()).toContain('live');
    await workbench.shoot('runs-live');
  });

  test('are opened by a press on their row, whenever that comes', async () => {
    // the row of a live run changes every second
    for (let i = 0; i < 10; i++) {
      await view.row(i % 2 ? 'done' : 'live').click();
      await workbench
        .webview()
        .locator('.run-name', { hasText: i % 2 ? 'done' : 'live' })
        .waitFor();
    }
    await workbench.page.locator('.tabs-container .tab', { hasText: 'live' }).click();
    await view.row('done').click();
    await workbench.webview().locator('.run-name', { hasText: 'done' }).waitFor();
  });

  test('are renamed and tagged from their menu', async () => {
    await view.choose('done', 'Rename Run');
    await workbench.answer('A title for done', 'the first');
    await view.row('the first').waitFor();
    await view.choose('the first', 'Tag Run');
    await workbench.answer('Tags of the first', 'good slides');
    const done = join(first, '.dmd/runs/done');
    await expect.poll(() => readNotes(done)).toMatchObject({ name: 'the first', tags: ['good', 'slides'] });
  });

  test('are compared in one panel, which is called by the one that its page turns to', async () => {
    await view.row('the first').click();
    await view.row('other').click({ modifiers: ['ControlOrMeta'] });
    await view.choose('other', 'Compare Runs');
    await expect.poll(() => tab().textContent()).toMatch(/ \+1/);
    const page = workbench.webview();
    await page.locator('.legend').getByText('other').waitFor();
    await workbench.shoot('runs-compared');
    await page.locator('.run-name').click();
    await page.getByRole('dialog').locator('.open', { hasText: 'other' }).click();
    await expect.poll(() => tab().textContent()).toMatch(/other \+1/);
  });

  test('are forked with other settings', async () => {
    // one row alone is selected, and its dashboard there
    await view.row('the first').click();
    await expect.poll(() => tab().textContent()).toBe('the first');
    await workbench.webview().locator('.run-name', { hasText: 'the first' }).waitFor();
    await view.choose('the first', 'Fork Run');
    await workbench.answer('Fork the first', 'steps=1000000 batchSize=16');
    await expect.poll(() => tab().textContent()).toMatch(/^two-modes \d\d:\d\d$/);
    const fork = await newest(first);
    await expect
      .poll(() => readStatus(fork))
      .toMatchObject({ state: 'running', parent: { run: expect.stringMatching(/done$/) } });
    expect(JSON.parse(readFileSync(join(fork, 'config.json'), 'utf8'))).toMatchObject({ batchSize: 16 });
    await workbench.command('DMD: Stop');
    await expect.poll(() => stateOf(fork)).toBe('stopped');
  });

  test('go on at the press of a button on the page, once they are stopped', async () => {
    await view.press('live', 'Open Dashboard');
    await view.press('live', 'Stop');
    await expect.poll(() => stateOf(live)).toBe('stopped');
    await workbench.webview().locator('.banner').getByText('Stopped at').waitFor();
    await workbench.shoot('runs-stopped');
    await workbench.webview().locator('.banner').getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => stateOf(live)).toBe('running');
    await workbench.webview().locator('.banner').waitFor({ state: 'detached' });
    expect(readdirSync(join(live, 'attempts'))).toHaveLength(2);
  });

  test('of elsewhere are attached to', async () => {
    await workbench.command('DMD: Attach to Run');
    await workbench.choose('Attach to which run?', 'A directory');
    await workbench.enterPath(join(server.folder, 'away/far'), /A run directory/);
    await view.row('Elsewhere').waitFor();
    await expect.poll(() => tab().textContent()).toBe('far');
    await view.choose('far', 'Detach');
    await view.row('far').waitFor({ state: 'detached' });
    expect(await tab().textContent()).toBe('far');
  });

  test('are tried and drawn in a panel, which palette commands follow', async () => {
    await view.row('the first').click();
    await expect.poll(() => tab().textContent()).toBe('the first');
    const page = workbench.webview();
    await page.locator('#tab-try').click();
    await page.getByRole('button', { name: 'Draw', exact: true }).click();
    await page.locator('.try-comparison', { hasText: /times as fast/ }).waitFor();
    await workbench.shoot('runs-try');
    await page.getByRole('button', { name: 'New run' }).click();
    await page.getByRole('button', { name: 'Heart' }).click();
    await page.getByLabel('Title of the run').first().fill('a heart');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    // its teacher's samples are drawn first, on all cores
    await view.row('a heart', /warming-up|running/).waitFor({ timeout: 150_000 });
    await expect.poll(() => tab().textContent()).toBe('a heart');
    await workbench.command('DMD: Stop');
    await view.row('a heart', /stopped/).waitFor();
  }, 300_000);

  test('are taken away after a question', async () => {
    const other = join(second, '.dmd/runs/other');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await view.choose('other', 'Delete Run');
    await dialog.getByText('Move this run to the trash?').waitFor();
    await workbench.shoot('runs-delete');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(existsSync(other)).toBe(true);
    await view.choose('other', 'Delete Run');
    await dialog.getByRole('button', { name: 'Move to Trash' }).click();
    // a server without a desktop has no trash
    await dialog.getByRole('button', { name: 'Delete Permanently' }).click();
    await expect.poll(() => existsSync(other)).toBe(false);
    await view.row('other').waitFor({ state: 'detached' });
  });

  test('are steered from two windows, and both see it', async () => {
    const attempts = readdirSync(join(live, 'attempts'));
    await view.press('live', 'Open Dashboard');
    const another = await openWorkbench(server, { workspace });
    try {
      const { press, row } = await openRunsView(another);
      await row('live', /running/).waitFor();
      await press('live', 'Open Dashboard');
      await another.webview().getByRole('button', { name: 'Pause' }).click();
      for (const { webview } of [workbench, another])
        await webview().locator('.top .state', { hasText: 'paused' }).waitFor();
      for (const each of [view.row, row]) await each('live', /paused/).waitFor();
      await view.press('live', 'Resume');
      await another.webview().locator('.top .state', { hasText: 'running' }).waitFor();
      await another.shoot('runs-second-window');
    } finally {
      await another.close();
    }
    expect(readdirSync(join(live, 'attempts'))).toEqual(attempts);
  });

  test('lose no point when the window is loaded ten times, and are one process', async () => {
    const run = join(first, '.dmd/runs/reloaded');
    await begin(run);
    const { pid } = (await readStatus(run))!;
    const connection = await connectRun(run);
    // few enough steps for each to be drawn
    await connection.send({ type: 'setSlow', milliseconds: 200 });
    await view.press('reloaded', 'Open Dashboard');
    // only then has the page told VS Code what it shows
    await workbench.webview().locator('.run-name', { hasText: 'reloaded' }).waitFor();
    for (let i = 0; i < 10; i++) {
      await workbench.reload(run);
      await workbench.webview().locator('.run-name', { hasText: 'reloaded' }).waitFor();
    }
    const { iteration } = await connection.send({ type: 'pause' });
    connection.close();
    // drawn once they are seen
    await workbench.webview().getByText('Curves', { exact: true }).first().click();
    const chart = workbench.webview().locator('.js-plotly-plot').first();
    const drawn = () =>
      chart.evaluate((plot) => (plot as unknown as { data: { x: number[] }[] }).data[0]!.x.map(Number));
    await expect.poll(async () => (await drawn()).at(-1)).toBe(iteration);
    await workbench.shoot('runs-reloaded');
    expect(await drawn()).toEqual(Array.from({ length: iteration }, (_, i) => i + 1));
    expect((await readStatus(run))?.pid).toBe(pid);
    expect(readdirSync(join(run, 'attempts'))).toHaveLength(1);
  }, 480_000);

  test('are shown as files', async () => {
    view = await openRunsView(workbench);
    await view.choose('live', 'Show Files of Run');
    const selected = workbench.page.locator('.explorer-folders-view .monaco-list-row.selected');
    await expect.poll(() => selected.textContent()).toContain('live');
  });
});

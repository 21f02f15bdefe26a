/**
 * Files in VS Code's window: configurations with their help and their mistakes, generators and checkpoints; and what runs
 * from the palette beside runs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { listRuns } from '../../../src/runs/directory/list.ts';
import { processesOf } from './end-processes.ts';
import { startServer, type Server } from './server.ts';
import { distil, endless } from './small-runs.ts';
import { openWorkbench, shootFailures, type Workbench } from './workbench.ts';

describe.skipIf(!inject('host'))("files in VS Code's window", () => {
  let server: Server;
  let workbench: Workbench;
  let folder = '';
  const latest = async () => (await listRuns(join(folder, '.dmd/runs')))[0];

  beforeAll(async () => {
    server = await startServer({ linked: true });
    folder = join(server.folder, 'files');
    distil(join(folder, '.dmd/runs/done'), 30);
    const mistakes = { teacher: 7, steps: -1, batchsize: 32, engine: 'gpu' };
    writeFileSync(join(folder, 'mistakes.dmd.json'), JSON.stringify(mistakes, null, 2));
    writeFileSync(join(folder, 'endless.dmd.json'), JSON.stringify(endless, null, 2));
    for (let i = 0; i < 6; i++) writeImage(join(folder, 'images', `${i}.png`), 40 * i);
    workbench = await openWorkbench(server, { folder });
  });
  shootFailures(() => workbench);
  afterAll(async () => {
    await workbench?.close();
    await server?.stop();
  });

  test('a configuration with mistakes is told each of them', async () => {
    const { page } = workbench;
    await workbench.open('mistakes.dmd.json');
    await page.locator('.codelens-decoration', { hasText: 'Distill' }).waitFor();
    await workbench.command('Problems: Focus on Problems View');
    const problems = page.locator('.markers-panel-container .monaco-list-row');
    await expect.poll(async () => (await problems.allTextContents()).join('\n')).toMatch(/batchsize[^]*/);
    const told = (await problems.allTextContents()).join('\n');
    for (const word of [/Incorrect type/, /below the exclusive minimum/, /batchsize is not allowed/, /not accepted/])
      expect(told).toMatch(word);
    await workbench.shoot('files-mistakes');
    await workbench.pressLens('Distill');
    const message = page.locator('.notification-list-item-message');
    await expect.poll(() => message.textContent()).toMatch(/teacher/);
    expect(await message.count()).toBe(1);
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('View: Toggle Panel Visibility');
  });

  test('a configuration is completed and explained', async () => {
    const { page } = workbench;
    await workbench.open('endless.dmd.json');
    // lines move when what stands above them comes
    await page.locator('.tab.active', { hasText: 'endless' }).waitFor();
    await page.locator('.codelens-decoration', { hasText: 'Distill' }).waitFor();
    await page.waitForTimeout(500);
    await page
      .locator('.view-line span', { hasText: /^"?samplerSteps"?$/ })
      .first()
      .hover();
    await page
      .locator('.monaco-hover', { hasText: /sampler/i })
      .first()
      .waitFor();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('"');
    const list = page.locator('.suggest-widget .monaco-list-row');
    await expect.poll(async () => (await list.allTextContents()).join('\n')).toMatch(/batchSize/);
    await workbench.shoot('files-completion');
    await page.keyboard.press('Escape');
    await workbench.command('File: Revert File');
  });

  test('a configuration is distilled by what stands above it, and its run is found again', async () => {
    const { page } = workbench;
    await workbench.pressLens('Distill');
    await workbench.webview().locator('.run-name', { hasText: 'two-modes' }).waitFor();
    await expect.poll(async () => (await latest())?.state).toBe('running');
    await workbench.command('DMD: Stop');
    await expect.poll(async () => (await latest())?.state).toBe('stopped');
    await workbench.open('endless.dmd.json');
    await page.locator('.codelens-decoration', { hasText: 'Open last run' }).waitFor();
    await workbench.shoot('files-configuration');
    await workbench.pressLens('Open last run');
    await workbench.webview().locator('.banner').getByText('Stopped at').waitFor();
    expect(await page.locator('.tab.active').textContent()).toMatch(/two-modes/);
  });

  test('a generator is shown with samples, tensors and what it says of itself, and so is a checkpoint', async () => {
    for (const name of ['done/generator.safetensors', 'step-00000030/generator.safetensors']) {
      await workbench.open(name);
      const page = workbench.webview();
      await page.locator('img.samples').waitFor();
      expect(await page.locator('tbody tr').count()).toBeGreaterThan(3);
      expect(await page.locator('dl').textContent()).toContain('two-modes');
      await workbench.shoot(`files-${name.split('/')[0]!.slice(0, 4)}`);
      await workbench.command('View: Close Editor');
    }
  });

  test('tasks distil a configuration in a terminal', async () => {
    const { page } = workbench;
    await workbench.command('Tasks: Run Task');
    await workbench.choose('', 'dmd');
    await workbench.choose('', /distill endless\.dmd\.json/);
    const before = (await latest())!.path;
    const scanning = page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: /without scanning/ });
    await scanning
      .first()
      .click({ timeout: 3_000 })
      .catch(() => undefined);
    await expect.poll(async () => (await latest())?.path).not.toBe(before);
    await expect.poll(async () => (await latest())?.state).toBe('running');
    await workbench.shoot('files-task');
    await workbench.command('Tasks: Terminate Task');
    await workbench.choose('', 'distill endless.dmd.json');
    await expect.poll(async () => (await latest())?.state).toMatch(/stopped|interrupted/);
  });

  test('a teacher is trained on a folder of images, until that is cancelled', async () => {
    const out = join(folder, 'teacher.safetensors');
    await workbench.command('DMD: Train Teacher');
    await workbench.choose('on which images', /A folder/);
    await workbench.enterPath(join(folder, 'images'), /on which images/);
    await workbench.answer('pixels to a side', '16');
    await workbench.enterPath(out, /Where the teacher goes/);
    // the server's own arguments do not name the folder within its own
    await expect.poll(() => processesOf(out)).toHaveLength(1);
    await workbench.shoot('files-teacher');
    await workbench.command('Tasks: Terminate Task');
    await workbench.choose('', 'train-teacher');
    await expect.poll(() => processesOf(out)).toEqual([]);
  });

  test('the environment is examined, and an engine selected', async () => {
    const { page } = workbench;
    await workbench.command('DMD: Check Environment');
    await page.locator('.quick-input-title', { hasText: /New runs take onnx on/ }).waitFor();
    const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
    await rows.filter({ hasText: 'Node.js' }).waitFor();
    await workbench.shoot('files-environment');
    await page.keyboard.press('Escape');
    await workbench.command('DMD: Select Engine');
    await workbench.choose('What runs new runs?', /^cpu/);
    const settings = join(server.folder, 'user/Machine/settings.json');
    await expect.poll(() => readFileSync(settings, 'utf8')).toMatch(/"dmd.engine": "cpu"/);
  });
});

/** A square of one brightness. */
function writeImage(path: string, brightness: number): void {
  const png = new PNG({ width: 16, height: 16 });
  png.data.fill(brightness);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, PNG.sync.write(png));
}

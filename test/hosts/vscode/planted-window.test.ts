/**
 * A folder that somebody else has made: settings and names that want to be run, and runs of every broken kind. In a window
 * that trusts it, and in one that does not.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readStatus } from '../../../src/runs/directory/status.ts';
import { at, lineOf, startedEvent, stepEvent, writeRun } from '../../recorded-run.ts';
import { openRunsView, type RunsView } from './runs-view.ts';
import { startServer, type Server } from './server.ts';
import { begin, endless } from './small-runs.ts';
import { openWorkbench, shootFailures, type Workbench } from './workbench.ts';

const hostileName = '<img src=x onerror=alert(1)> $(zap) `id`';
const hostileTitle = '<b>bold</b> [link](command:workbench.action.closeWindow) $(flame)\u202egpj';
const events = [startedEvent(), stepEvent(1), stepEvent(2)].map((event, i) => lineOf(at(i, event)));

/** Runs of all kinds in the folder `runs`, by what the tree is to say of them. */
function plant(runs: string): void {
  const run = (name: string, ...more: [object?]) => writeRun(join(runs, name), events, ...more);
  run('sound');
  run(hostileName);
  writeFileSync(join(run('titled'), 'notes.json'), JSON.stringify({ v: 1, name: hostileTitle, tags: [], notes: '' }));
  run('gone', { state: 'running', pid: 999_999_999 });
  writeFileSync(join(run('damaged status'), 'status.json'), '{"v": 1, "state": "runn');
  writeFileSync(join(run('newer status'), 'status.json'), JSON.stringify({ v: 2, state: 'running' }));
  rmSync(join(run('no events'), 'events.jsonl'));
  writeFileSync(
    join(run('torn events'), 'events.jsonl'),
    `${events[0]}\u0000\u0000not json\n{"v":1,"type":"step","iter`,
  );
  writeFileSync(join(run('damaged configuration'), 'config.json'), '[[[[');
  mkdirSync(join(runs, 'empty'));
  symlinkSync('/etc', join(runs, 'link'));
}

describe.skipIf(!inject('host'))("a planted folder in VS Code's window", () => {
  let server: Server;
  let folder = '';
  let trace = '';
  let live = '';

  const makeFolder = async (name: string) => {
    folder = join(server.folder, name);
    trace = join(server.folder, `${name}-was-run`);
    live = join(folder, '.dmd/runs/live');
    const program = join(folder, 'program.sh');
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(program, `#!/bin/sh\necho "$@" >> '${trace}'\n`);
    chmodSync(program, 0o755);
    writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify({ 'dmd.node': program }));
    writeFileSync(join(folder, 'planted.dmd.json'), JSON.stringify(endless));
    plant(join(folder, '.dmd/runs'));
    await begin(live);
  };
  const open = async (): Promise<[Workbench, RunsView]> => {
    const workbench = await openWorkbench(server, { folder });
    return [workbench, await openRunsView(workbench)];
  };

  describe('that is trusted', () => {
    let workbench: Workbench;
    let view: RunsView;
    beforeAll(async () => {
      server = await startServer({ linked: true });
      await makeFolder('trusted');
      [workbench, view] = await open();
    });
    shootFailures(() => workbench);
    afterAll(async () => {
      await workbench?.close();
      await server?.stop();
    });

    test('runs are listed as what they are, names as text, and no link is followed', async () => {
      await view.row('sound', /finished/).waitFor();
      await view.row(hostileName, /finished/).waitFor();
      await view.row('gone', /interrupted/).waitFor();
      for (const name of ['damaged status', 'newer status']) await view.row(name, /unreadable/).waitFor();
      for (const name of ['no events', 'torn events', 'damaged configuration'])
        await view.row(name, /finished/).waitFor();
      await workbench.shoot('planted-tree');
      for (const name of ['empty', 'link']) expect(await view.row(name).count()).toBe(0);
      expect(await workbench.page.locator('.sidebar img, .sidebar b').count()).toBe(0);
    });

    test.each(['damaged status', 'newer status'])('a run with a %s says why it cannot be shown, once', async (name) => {
      await view.press(name, 'Open Dashboard');
      const toast = workbench.webview().locator('.toast', { hasText: 'cannot be understood' });
      await toast.first().waitFor();
      expect(await toast.count()).toBe(1);
      await workbench.shoot(`planted-${name.split(' ')[0]}`);
      await workbench.command('View: Close All Editors');
    });

    test.each([hostileName, 'torn events', 'no events', 'damaged configuration', 'gone'])(
      'the run %s is shown',
      async (name) => {
        await view.press(name, 'Open Dashboard');
        await workbench.webview().locator('.run-name', { hasText: name }).waitFor();
        expect(await workbench.page.locator('.tab.active').textContent()).toContain(name);
        expect(await workbench.webview().locator('img[src="x"]').count()).toBe(0);
        await workbench.command('View: Close All Editors');
      },
    );

    test('the program that the folder names is not run', async () => {
      await workbench.open('planted.dmd.json');
      await workbench.pressLens('Distill');
      await workbench.webview().locator('.run-name', { hasText: 'two-modes' }).waitFor();
      await workbench.webview().locator('.top .state', { hasText: 'running' }).waitFor();
      await workbench.command('DMD: Stop');
      await workbench.webview().locator('.top .state', { hasText: 'stopped' }).waitFor();
      expect(existsSync(trace)).toBe(false);
    });
  });

  describe('that is not trusted', () => {
    let workbench: Workbench;
    let view: RunsView;
    beforeAll(async () => {
      server = await startServer({ linked: true, trusted: false });
      await makeFolder('untrusted');
      [workbench, view] = await open();
    });
    shootFailures(() => workbench);
    afterAll(async () => {
      await workbench?.close();
      await server?.stop();
    });

    test('runs are looked at, and buttons say why they do nothing', async () => {
      await view.press('live', 'Open Dashboard');
      const page = workbench.webview();
      await page.locator('.top .state', { hasText: 'running' }).waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.locator('.toast', { hasText: 'not trusted' }).waitFor();
      await view.press('live', 'Pause');
      await workbench.page.locator('.notification-list-item-message', { hasText: 'not trusted' }).waitFor();
      await workbench.shoot('untrusted-refused');
      await workbench.command('Notifications: Clear All Notifications');
      expect((await readStatus(live))?.state).toBe('running');
    });

    test('nothing is distilled, examined or drawn', async () => {
      const { page } = workbench;
      const message = page.locator('.notification-list-item-message', { hasText: 'not trusted' });
      for (const command of ['DMD: Distill Model', 'DMD: Check Environment', 'DMD: Train Teacher']) {
        await workbench.command(command);
        await message.first().waitFor();
        await workbench.command('Notifications: Clear All Notifications');
      }
      expect(existsSync(trace)).toBe(false);
    });
  });
});

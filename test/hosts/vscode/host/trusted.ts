/**
 * In a workspace that is trusted: the extension and the life of a run.
 */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readStatus } from '../../../../src/runs/directory/status.ts';
import { endless } from '../small-runs.ts';
import { extension, runElsewhere, until, untilState, workspace } from './fixture.ts';

export function tests(): void {
  it('activates, and says how long that takes', async function () {
    const began = performance.now();
    const api = await extension().activate();
    const took = Math.round(performance.now() - began);
    assert(extension().isActive);
    assert.equal(api.version, 1);
    assert.deepEqual(await api.runs.list(), []);
    this.test!.title += `: ${took} ms`;
  });

  it('registers every command of its manifest, and no other of its own', async () => {
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    const ours = (await vscode.commands.getCommands(true)).filter(
      // VS Code's own, of views and their containers
      (id) => id.startsWith('dmd.') && !/\.(focus|open|removeView|resetViewLocation|toggleVisibility)$/.test(id),
    );
    const promised = contributes.commands.map(({ command }) => command);
    assert(promised.length > 0);
    assert.deepEqual(
      promised.filter((id) => !ours.includes(id)),
      [],
    );
  });

  it('starts a run, pauses, steps, resumes and stops it', async () => {
    const { runs } = await extension().activate();
    const run = await runs.start({ config: endless });
    assert(run.startsWith(join(workspace(), '.dmd/runs')), run);
    await untilState(run, 'running');
    await vscode.commands.executeCommand('dmd.pause', run);
    const paused = await untilState(run, 'paused');

    const attached = await runs.attach(run);
    const updates: string[] = [];
    attached.onEvent((event) => {
      if (event.type === 'step' && event.by) updates.push(event.by);
    });
    await vscode.commands.executeCommand('dmd.stepGenerator', run);
    await vscode.commands.executeCommand('dmd.stepFakeScore', run);
    await until('both updates are told', () => Promise.resolve(updates.length === 2));
    assert.deepEqual(updates, ['stepGenerator', 'stepFake']);
    assert.equal((await attached.send({ type: 'step' })).iteration, paused.iteration + 1);
    attached.dispose();

    await vscode.commands.executeCommand('dmd.resume', run);
    await untilState(run, 'running');
    await vscode.commands.executeCommand('dmd.stop', run);
    await untilState(run, 'stopped');
    assert.equal((await runs.list()).find(({ path }) => path === run)?.state, 'stopped');
  });

  it('tells that a run has crashed, and goes on with it', async () => {
    const { runs } = await extension().activate();
    const run = await runs.start({ config: { ...endless, checkpointEvery: 1 } });
    await until('there is a checkpoint', async () => ((await readStatus(run))?.step ?? 0) > 1);
    process.kill((await readStatus(run))!.pid, 'SIGKILL');
    await until('the list says so', async () => {
      const found = (await runs.list()).find(({ path }) => path === run);
      return found?.state === 'interrupted';
    });
    await vscode.commands.executeCommand('dmd.resume', run);
    await until('it is at work again', async () => {
      const found = (await runs.list()).find(({ path }) => path === run);
      return found?.state === 'running';
    });
    await vscode.commands.executeCommand('dmd.stop', run);
    await untilState(run, 'stopped');
  });

  it('knows a run of another process, and stops it', async () => {
    const { runs } = await extension().activate();
    const path = join(workspace(), 'elsewhere');
    const child = await runElsewhere(path);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const attached = await runs.attach(path);
    assert((await runs.list()).some((run) => run.path === path));
    await attached.send({ type: 'stop' });
    attached.dispose();
    assert.equal(await ended, 0);
  });

  it('says what is wrong with a configuration, and leaves nothing behind', async () => {
    const { runs } = await extension().activate();
    const before = (await runs.list()).length;
    const config = { ...endless, batchSize: -1 };
    await assert.rejects(runs.start({ config }), /batchSize/);
    assert.equal((await runs.list()).length, before);
  });
}

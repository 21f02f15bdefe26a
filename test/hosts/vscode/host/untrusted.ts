/**
 * In a workspace that is not trusted: runs are looked at, and nothing is run or steered.
 */
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { readStatus } from '../../../../src/runs/directory/status.ts';
import { endless } from '../small-runs.ts';
import { extension, runElsewhere, workspace } from './fixture.ts';
import { open, press } from './notebook-fixture.ts';

export function tests(): void {
  it('lists runs of a workspace that is not trusted, and neither starts nor steers any', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const { runs } = await extension().activate();
    const run = join(workspace(), '.dmd/runs/planted');
    const child = await runElsewhere(run);
    try {
      assert.deepEqual(
        (await runs.list()).map(({ path, state }) => [path, state]),
        [[run, 'running']],
      );
      await assert.rejects(runs.start({ config: endless }), /not trusted/);
      const attached = await runs.attach(run);
      await assert.rejects(attached.send({ type: 'pause' }), /not trusted/);
      attached.dispose();
      // it asks for trust, which nobody grants
      void vscode.commands.executeCommand('dmd.pause', run);
      await setTimeout(2_000);
      assert.equal((await readStatus(run))?.state, 'running');
      assert.equal((await runs.list()).length, 1);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('runs no cell of a notebook', async () => {
    const notebook = await open('planted.ipynb', ["require('node:fs').writeFileSync('ran.txt', 'ran');"]);
    // it asks for trust, which nobody grants
    void press(notebook, 0);
    await setTimeout(4_000);
    assert.equal(existsSync(join(workspace(), 'ran.txt')), false);
    assert.equal(notebook.cellAt(0).executionSummary?.executionOrder, undefined);
  });
}

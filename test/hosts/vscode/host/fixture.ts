/**
 * What tests inside VS Code share: the extension under test, and runs that are small.
 */
import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DmdApi } from '../../../../extension/api.ts';
import { readStatus, type Status } from '../../../../src/runs/directory/status.ts';
import { endless } from '../small-runs.ts';

export const workspace = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

export function extension(): vscode.Extension<DmdApi> {
  const found = vscode.extensions.getExtension<DmdApi>('dmd-lab.dmd-lab');
  assert(found, 'VS Code does not know the extension');
  return found;
}

/** Resolves with what `look` finds, once it finds something. */
export async function until<Found>(what: string, look: () => Promise<Found | undefined | false>): Promise<Found> {
  const end = Date.now() + 40_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`In 40 s it did not come to this: ${what}.`);
    await setTimeout(50);
  }
}

export const untilState = (run: string, state: Status['state']): Promise<Status> =>
  until(`the run is ${state}`, async () => {
    const status = await readStatus(run);
    return status?.state === state && status;
  });

/** A run whose loop is in a process that VS Code knows nothing of. Resolves when it takes steps. */
export async function runElsewhere(out: string): Promise<ChildProcess> {
  const file = join(workspace(), 'endless.dmd.json');
  await writeFile(file, JSON.stringify(endless));
  const cli = join(extension().extensionPath, 'dist/cli.js');
  const child = spawn(process.execPath, [cli, 'distill', '--config', file, '--out', out], { stdio: 'ignore' });
  await untilState(out, 'running');
  return child;
}

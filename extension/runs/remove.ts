/**
 * Takes runs away, after a question: to the trash, or for good where there is none.
 */
import * as vscode from 'vscode';
import { messageOf } from '../../src/errors.ts';
import type { Lab } from '../lab.ts';
import { nameOf } from './run-text.ts';
import type { Run } from './runs.ts';

/** A usage error when a process works on one of them; then all stay. */
export async function removeRuns(lab: Lab, runs: readonly Run[]): Promise<void> {
  if (runs.length === 0) return;
  const { requireRemovable } = await import('../../src/runs/directory/remove-run.ts');
  for (const { path } of runs) await requireRemovable(path);
  const names = runs.map(({ name, title }) => (title === undefined ? name : `${name} (${title})`)).join('\n');
  const question =
    runs.length === 1
      ? vscode.l10n.t('Move this run to the trash?')
      : vscode.l10n.t('Move these {0} runs to the trash?', runs.length);
  const move = vscode.l10n.t('Move to Trash');
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail: names }, move)) !== move) return;
  for (const run of runs) await removeRun(lab, run);
  await lab.runs.look();
}

async function removeRun(lab: Lab, run: Run): Promise<void> {
  const uri = vscode.Uri.file(run.path);
  try {
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch (error) {
    lab.log.warn(messageOf(error));
    const question = vscode.l10n.t('{0} could not be moved to the trash. Delete it for good?', nameOf(run));
    const forGood = vscode.l10n.t('Delete Permanently');
    const options = { modal: true, detail: messageOf(error) };
    if ((await vscode.window.showWarningMessage(question, options, forGood)) !== forGood) return;
    await vscode.workspace.fs.delete(uri, { recursive: true });
  }
  if (!run.folder) await lab.runs.detach(run.path);
}

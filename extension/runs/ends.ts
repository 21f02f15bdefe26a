/**
 * Says how a run that was seen at work has ended; nothing else of a run is worth an interruption.
 */
import * as vscode from 'vscode';
import type { Lab } from '../lab.ts';
import { isLive, isResumable } from './run-state.ts';
import { nameOf, qualityOf } from './run-text.ts';
import type { Run } from './runs.ts';

export function register(lab: Lab): vscode.Disposable {
  const live = new Set<string>();
  const look = (runs: readonly Run[]) => {
    for (const run of runs) {
      if (isLive(run)) live.add(run.path);
      else if (live.delete(run.path)) void tellEnd(run);
    }
  };
  look(lab.runs.list());
  return lab.runs.onDidChange(look);
}

async function tellEnd(run: Run): Promise<void> {
  const [open, log, resume] = [
    vscode.l10n.t('Open Dashboard'),
    vscode.l10n.t('Show Log'),
    vscode.l10n.t('Resume'),
  ] as const;
  const commands = { [open]: 'dmd.openDashboard', [log]: 'dmd.showLog', [resume]: 'dmd.resume' };
  const name = nameOf(run);
  const chosen = await (() => {
    switch (run.state) {
      case 'finished': {
        const quality = run.figures ? qualityOf(run.figures).join(', ') : '';
        const text = vscode.l10n.t('{0} is distilled.', name);
        return vscode.window.showInformationMessage(quality ? `${text} ${quality}.` : text, open);
      }
      case 'failed':
        return vscode.window.showErrorMessage(vscode.l10n.t('{0} failed: {1}', name, run.message ?? '?'), log, open);
      case 'interrupted':
        return vscode.window.showWarningMessage(
          vscode.l10n.t('{0} was interrupted at step {1}: its process is gone.', name, run.step),
          ...(isResumable(run) ? [resume, log] : [log]),
        );
      default:
        return undefined;
    }
  })();
  if (chosen) await vscode.commands.executeCommand(commands[chosen]!, run.path);
}

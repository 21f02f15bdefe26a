/**
 * What stands above a `*.dmd.json` file: start it, and see what it did the last time.
 */
import * as vscode from 'vscode';
import type { Lab } from '../lab.ts';
import { nameOf } from '../runs/run-text.ts';
import { lastRunOf } from './last-runs.ts';

export function register(lab: Lab): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let named: string | undefined;
  const listening = lab.runs.onDidChange((runs) => {
    // a run that goes on changes nothing here
    const now = JSON.stringify(runs.map((run) => [run.path, nameOf(run)]));
    if (now !== named) changed.fire();
    named = now;
  });
  const selector: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.dmd.json' };
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: ({ uri }) => {
      const top = new vscode.Range(0, 0, 0, 0);
      const distill = { command: 'dmd.distill', title: vscode.l10n.t('$(play) Distill'), arguments: [uri] };
      const last = lastRunOf(lab, uri.fsPath);
      const open = last && {
        command: 'dmd.openDashboard',
        title: vscode.l10n.t('Open last run'),
        tooltip: nameOf(last),
        arguments: [last.path],
      };
      return [distill, ...(open ? [open] : [])].map((command) => new vscode.CodeLens(top, command));
    },
  };
  return vscode.Disposable.from(changed, listening, vscode.languages.registerCodeLensProvider(selector, provider));
}

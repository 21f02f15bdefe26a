/**
 * The extension: each feature is a folder whose `register` puts it in place.
 */
import * as vscode from 'vscode';
import { command, runtime, type Lab } from './lab.ts';
import { Runs } from './runs/runs.ts';

const features: readonly ((lab: Lab) => vscode.Disposable)[] = [];

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('DMD Lab', { log: true });
  const runs = new Runs(context.workspaceState, log, runtime);
  const lab: Lab = {
    context,
    log,
    runs,
    runtime,
    command,
    openDashboard: async (run, options) => {
      await vscode.commands.executeCommand('dmd.openDashboard', run, options);
    },
    trusted: () => vscode.workspace.isTrusted,
  };
  context.subscriptions.push(log, runs, ...features.map((register) => register(lab)));
}

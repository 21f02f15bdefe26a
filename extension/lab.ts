/**
 * What every part of the extension is given: the runs, how programs are started, and what may be done here.
 */
import * as vscode from 'vscode';
import { packagePath } from '../src/paths.ts';
import type { RunProcess } from '../src/dashboard/launch-run.ts';
import type { Runs } from './runs/runs.ts';

export interface Lab {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  /** What runs programs of this package: VS Code's own Node, or the one that the setting `dmd.node` names. */
  runtime(): Required<RunProcess>;
  /** How the command line is started. */
  command(args: readonly string[]): Command;
  /** Shows the run in a directory, and others laid over it; without one the list of runs. */
  openDashboard(run?: string, options?: { readonly compare?: readonly string[] }): Promise<void>;
  /** Whether anything may be run here; see `mayRun`, which also says so. */
  trusted(): boolean;
}

export interface Command {
  readonly executable: string;
  readonly args: readonly string[];
  /** Besides the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

export function runtime(): Required<RunProcess> {
  const node = vscode.workspace.getConfiguration('dmd').get<string>('node', '').trim();
  // where a person who opened a folder installs tfjs-node; nothing is run in one that is not trusted
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const env: Record<string, string> = folder === undefined ? {} : { DMD_LAB_TENSORFLOW: folder };
  return node ? { node, env } : { node: process.execPath, env: { ...env, ELECTRON_RUN_AS_NODE: '1' } };
}

export function command(args: readonly string[]): Command {
  const { node, env } = runtime();
  return { executable: node, args: [packagePath('dist', 'cli.js'), ...args], env };
}

/** Whether anything may be run; where not, a sentence says why, and what to do. */
export async function mayRun(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const text = vscode.l10n.t('This workspace is not trusted: runs can be looked at, but nothing is run or steered.');
  if ((await vscode.window.showWarningMessage(text, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
  return vscode.workspace.isTrusted;
}

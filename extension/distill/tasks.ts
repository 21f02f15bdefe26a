/**
 * Tasks of the type `dmd`: the command line in a terminal, for `tasks.json`.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Lab } from '../lab.ts';
import { isResumable } from '../runs/run-state.ts';
import { nameOf } from '../runs/run-text.ts';

const TYPE = 'dmd';

interface Definition extends vscode.TaskDefinition {
  /** A command of `dmd-lab`, and what follows it. */
  readonly command: string;
  readonly args?: readonly string[];
}

/** Offers each configuration file to be distilled, and each run that has not finished to be resumed. */
export const register = (lab: Lab): vscode.Disposable =>
  vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: async () => {
      if (!lab.trusted()) return [];
      const files = await vscode.workspace.findFiles('**/*.dmd.json', '**/{node_modules,.dmd}/**', 100);
      const distill = files.map((file) => {
        const args = ['--config', vscode.workspace.asRelativePath(file, false)];
        const folder = vscode.workspace.getWorkspaceFolder(file);
        return dmdTask(lab, `distill ${basename(file.fsPath)}`, { command: 'distill', args }, folder);
      });
      const resume = lab.runs.list().flatMap((run) => {
        if (!isResumable(run)) return [];
        const args = ['--resume', run.path];
        return [dmdTask(lab, `resume ${nameOf(run)}`, { command: 'distill', args }, run.folder)];
      });
      return [...distill, ...resume];
    },
    resolveTask: ({ definition, name, scope }) => {
      const folder = typeof scope === 'object' ? scope : undefined;
      const { command, args = [] } = definition;
      const isSound =
        typeof command === 'string' && Array.isArray(args) && args.every((arg) => typeof arg === 'string');
      // VS Code compares the definition with the very one that it gave
      return isSound ? dmdTask(lab, name, definition as Definition, folder) : undefined;
    },
  });

/** Runs `dmd-lab` in a terminal, in `folder` or else in the first one. */
export function dmdTask(
  lab: Lab,
  name: string,
  definition: Omit<Definition, 'type'> | Definition,
  folder = vscode.workspace.workspaceFolders?.[0],
): vscode.Task {
  const { executable, args, env } = lab.command([
    definition.command as string,
    ...((definition.args as string[]) ?? []),
  ]);
  const execution = new vscode.ProcessExecution(executable, [...args], { env: { ...env }, cwd: folder?.uri.fsPath });
  const scope = folder ?? vscode.TaskScope.Workspace;
  return new vscode.Task({ ...definition, type: TYPE }, scope, name, TYPE, execution);
}

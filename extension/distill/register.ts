/**
 * Distill Model and Train Teacher, tasks, and what stands above configuration files.
 */
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { distillCells } from '../notebooks/distill-cells.ts';
import { openNotebook } from '../notebooks/open-notebook.ts';
import { chosenEngine, type StartAsk } from '../runs/runs.ts';
import * as codeLens from './code-lens.ts';
import { readConfigFile } from './config-file.ts';
import { rememberRun } from './last-runs.ts';
import { askWhatToDistill, type Wanted } from './questions.ts';
import * as tasks from './tasks.ts';
import { trainTeacher } from './train-teacher.ts';

export const register = (lab: Lab): vscode.Disposable =>
  vscode.Disposable.from(
    registerCommands(
      lab,
      {
        'dmd.distill': (argument) => (argument instanceof vscode.Uri ? distillFile(lab, argument) : distillAsked(lab)),
        'dmd.trainTeacher': () => trainTeacher(lab),
      },
      { runs: true },
    ),
    codeLens.register(lab),
    tasks.register(lab),
  );

/** Starts what a configuration file says, as it is on disk. */
async function distillFile(lab: Lab, uri: vscode.Uri): Promise<string> {
  await vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.save();
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const config = await readConfigFile(uri.fsPath, folder?.uri.fsPath);
  const place = lab.runs.directories().find((place) => place.folder.uri.toString() === folder?.uri.toString());
  const run = await start(lab, { config, directory: place?.path });
  await rememberRun(lab, uri.fsPath, run);
  return run;
}

async function distillAsked(lab: Lab): Promise<string | undefined> {
  const wanted = await askWhatToDistill(lab);
  if (!wanted) return undefined;
  const { teacher, preset, directory, inNotebook } = wanted;
  if (!inNotebook) return start(lab, { config: { teacher }, preset, directory });
  await distillInNotebook(lab, wanted);
  return undefined;
}

/** Writes the cells, shows them and runs them. */
async function distillInNotebook(lab: Lab, { teacher, preset, directory }: Wanted): Promise<void> {
  const { unusedPath } = await import('../../src/runs/directory/directory.ts');
  const isUsual = directory === lab.runs.directories()[0]?.path;
  const out = isUsual ? undefined : resolve(await unusedPath(teacher, directory));
  const config = { teacher, ...chosenEngine() };
  await openNotebook(lab, distillCells({ config, preset: preset === 'quick' ? undefined : preset, out }));
  await vscode.commands.executeCommand('notebook.execute');
}

/** Starts a run and shows its dashboard; gives its directory, for those who call the command. */
async function start(lab: Lab, ask: StartAsk): Promise<string> {
  const title = vscode.l10n.t('Starting the distillation of {0}', ask.config.teacher ?? 'mnist');
  const location = vscode.ProgressLocation.Notification;
  const run = await vscode.window.withProgress({ location, title }, () => lab.runs.start(ask));
  await lab.openDashboard(run);
  return run;
}

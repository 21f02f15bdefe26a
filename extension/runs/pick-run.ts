/**
 * Which run a person means: the one that a command was called with, the one that is selected, the only one there is, or the
 * one that is picked from a list.
 */
import * as vscode from 'vscode';
import { usageError } from '../../src/errors.ts';
import type { Lab } from '../lab.ts';
import { runArgument } from './run-argument.ts';
import { descriptionOf, iconOf, nameOf } from './run-text.ts';
import type { Run } from './runs.ts';

export interface RunWanted {
  /** Above the list. */
  readonly title: string;
  /** Which runs there is sense in. */
  readonly fits: (run: Run) => boolean;
  /** Said when there is none of those. */
  readonly none: string;
}

/** A run that fits; undefined when the person would rather not. A usage error when there is none, or the one named is none. */
export async function pickRun(lab: Lab, argument: unknown, { title, fits, none }: RunWanted): Promise<Run | undefined> {
  const path = runArgument(argument);
  if (path !== undefined) return lab.runs.find(path) ?? lab.runs.attach(path);
  const runs = (await lab.runs.look()).filter(fits);
  const selected = runs.find((run) => run.path === lab.runs.selected);
  if (selected) return selected;
  if (runs.length === 0) throw usageError(none);
  if (runs.length === 1) return runs[0];
  const picked = await vscode.window.showQuickPick(runs.map(runItem), { title, matchOnDescription: true });
  return picked?.run;
}

/** Several runs: those that the command was called with, or those that are picked. */
export async function pickRuns(lab: Lab, argument: unknown, all: unknown, title: string): Promise<readonly Run[]> {
  const given = (Array.isArray(all) ? all : [argument]).flatMap((one) => runArgument(one) ?? []);
  if (given.length > 1) return given.flatMap((path) => lab.runs.find(path) ?? []);
  const runs = await lab.runs.look();
  if (runs.length < 2) throw usageError(vscode.l10n.t('There are no two runs to compare yet.'));
  const items = runs.map((run) => ({ ...runItem(run), picked: given.includes(run.path) }));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, canPickMany: true });
  return (picked ?? []).map(({ run }) => run);
}

export const runItem = (run: Run): vscode.QuickPickItem & { readonly run: Run } => ({
  run,
  label: nameOf(run),
  description: descriptionOf(run),
  iconPath: new vscode.ThemeIcon(iconOf(run.state).id),
});

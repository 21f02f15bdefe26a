/**
 * Commands on runs that run nothing: find them, name and tag them, compare them, show their files, take them away.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { askText } from '../ask-text.ts';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { pickRun, pickRuns, runItem } from './pick-run.ts';
import { removeRuns } from './remove.ts';
import { runArgument } from './run-argument.ts';
import { nameOf } from './run-text.ts';
import type { Run } from './runs.ts';

const any = { fits: () => true };

export function register(lab: Lab): vscode.Disposable {
  const none = vscode.l10n.t('There are no runs yet.');
  return registerCommands(lab, {
    'dmd.attach': () => attach(lab),
    'dmd.compareRuns': async (argument, all) => {
      const [first, ...others] = await pickRuns(lab, argument, all, vscode.l10n.t('Compare which runs?'));
      if (first) await lab.openDashboard(first.path, { compare: others.map(({ path }) => path) });
    },
    'dmd.renameRun': async (argument) => {
      const run = await pickRun(lab, argument, { ...any, title: vscode.l10n.t('Rename which run?'), none });
      if (run) await rename(lab, run);
    },
    'dmd.tagRun': async (argument) => {
      const run = await pickRun(lab, argument, { ...any, title: vscode.l10n.t('Tag which run?'), none });
      if (run) await tag(lab, run);
    },
    'dmd.revealRun': async (argument) => {
      const run = await pickRun(lab, argument, { ...any, title: vscode.l10n.t('Show the files of which run?'), none });
      if (run) await reveal(vscode.Uri.file(run.path));
    },
    'dmd.revealFile': async (uri) => {
      if (uri instanceof vscode.Uri) await reveal(uri);
    },
    'dmd.deleteRun': async (argument, all) => {
      const given = (Array.isArray(all) ? all : [argument]).flatMap((one) => runArgument(one) ?? []);
      const picked = given.length > 0 ? given.flatMap((path) => lab.runs.find(path) ?? []) : [];
      const run = given.length > 0 ? undefined : await pickRun(lab, undefined, { ...any, title: vscode.l10n.t('Delete which run?'), none }); // prettier-ignore
      await removeRuns(lab, run ? [run] : picked);
    },
    'dmd.detachRun': async (argument) => {
      const path = runArgument(argument);
      if (path !== undefined) await lab.runs.detach(path);
    },
    'dmd.refreshRuns': () => lab.runs.look(),
    'dmd.showLog': (argument) => showLog(lab, runArgument(argument)),
  });
}

/** Shows a run that is known, or makes one known that lies elsewhere. */
async function attach(lab: Lab): Promise<void> {
  const elsewhere = { label: vscode.l10n.t('A directory…'), iconPath: new vscode.ThemeIcon('folder-opened') };
  const runs = (await lab.runs.look()).map(runItem);
  const items = [...runs, { label: '', kind: vscode.QuickPickItemKind.Separator }, elsewhere];
  const title = vscode.l10n.t('Attach to which run?');
  const picked =
    runs.length === 0 ? elsewhere : await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!picked) return;
  if ('run' in picked) return lab.openDashboard((picked as { run: Run }).run.path);
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('A run directory'),
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Attach'),
    })) ?? [];
  if (folder) await lab.openDashboard((await lab.runs.attach(folder.fsPath)).path);
}

async function rename(lab: Lab, run: Run): Promise<void> {
  const { changeNotes, LONGEST_TITLE } = await import('../../src/runs/directory/notes.ts');
  const name = await askText({
    title: vscode.l10n.t('A title for {0}', run.name),
    prompt: vscode.l10n.t('The directory keeps its name. An empty title takes it away.'),
    value: run.title ?? '',
    validateInput: (text) =>
      text.trim().length > LONGEST_TITLE ? vscode.l10n.t('At most {0} characters.', LONGEST_TITLE) : undefined,
  });
  if (name === undefined) return;
  await changeNotes(run.path, () => ({ name }));
  await lab.runs.look();
}

async function tag(lab: Lab, run: Run): Promise<void> {
  const { changeNotes } = await import('../../src/runs/directory/notes.ts');
  const text = await askText({
    title: vscode.l10n.t('Tags of {0}', nameOf(run)),
    prompt: vscode.l10n.t('Words with spaces between them.'),
    value: run.tags.join(' '),
  });
  if (text === undefined) return;
  await changeNotes(run.path, () => ({ tags: text.split(/\s+/).filter((word) => word !== '') }));
  await lab.runs.look();
}

/** In the file manager of this machine, or in the explorer when the window shows another one's files. */
async function reveal(uri: vscode.Uri): Promise<void> {
  const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  await vscode.commands.executeCommand(isHere ? 'revealFileInOS' : 'revealInExplorer', uri);
}

/** What the run's process said, or else what the run told; without a run the extension's own log. */
async function showLog(lab: Lab, run: string | undefined): Promise<void> {
  if (run === undefined) {
    lab.log.show();
    return;
  }
  const { logFile } = await import('../../src/dashboard/launch-run.ts');
  const log = join(run, logFile);
  const isThere = await stat(log).catch(() => undefined);
  await vscode.window.showTextDocument(vscode.Uri.file(isThere ? log : join(run, 'events.jsonl')), { preview: true });
}

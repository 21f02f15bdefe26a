/**
 * Train Teacher: a diffusion teacher of one's own, in a terminal that shows how it goes.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { askText } from '../ask-text.ts';
import type { Lab } from '../lab.ts';
import { dmdTask } from './tasks.ts';

export async function trainTeacher(lab: Lab): Promise<void> {
  const data = await askData();
  if (data === undefined) return;
  const size = data === 'mnist' ? [] : await askSize();
  if (size === undefined) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const file = 'teacher.safetensors';
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Where the teacher goes'),
    defaultUri: vscode.Uri.file(folder === undefined ? file : join(folder, file)),
    filters: { safetensors: ['safetensors'] },
  });
  if (!out) return;
  const args = ['--data', data, ...size, ...(data === 'mnist' ? ['--classes'] : []), '--out', out.fsPath];
  await vscode.tasks.executeTask(dmdTask(lab, 'train-teacher', { command: 'train-teacher', args }));
}

async function askData(): Promise<string | undefined> {
  const title = vscode.l10n.t('Train Teacher: on which images?');
  const own = vscode.l10n.t('$(folder-opened) A folder of images…');
  const picked = await vscode.window.showQuickPick(
    [{ label: 'mnist', description: vscode.l10n.t('handwritten digits, fetched once') }, { label: own }],
    { title },
  );
  if (picked?.label !== own) return picked?.label;
  const folders = await vscode.window.showOpenDialog({ title, canSelectFolders: true, canSelectFiles: false });
  return folders?.[0]?.fsPath;
}

/** The option that says how large the images are made; undefined when the person would rather not. */
async function askSize(): Promise<string[] | undefined> {
  const size = await askText({
    title: vscode.l10n.t('Train Teacher: pixels to a side'),
    value: '32',
    validateInput: (text) =>
      /^[1-9]\d{0,3}$/.test(text) ? undefined : vscode.l10n.t('It must be a whole number from 1 to 9999.'),
  });
  return size === undefined ? undefined : ['--size', size];
}

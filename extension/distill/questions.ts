/**
 * What Distill Model asks: the teacher, how long, and where, of which Enter takes the first each time.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PresetName } from '../../src/distillation/presets.ts';
import type { Lab } from '../lab.ts';

export interface Wanted {
  /** A name, or the absolute path of a file. */
  readonly teacher: string;
  readonly preset: PresetName;
  /** Whether it is stepped by the cells of a notebook, rather than by a process of its own. */
  readonly inNotebook: boolean;
  /** The folder of runs. */
  readonly directory: string;
}

/** Undefined when the person would rather not. */
export async function askWhatToDistill(lab: Lab): Promise<Wanted | undefined> {
  const teacher = await askTeacher();
  if (teacher === undefined) return undefined;
  const how = await askHow(teacher);
  if (how === undefined) return undefined;
  const directory = await askWhere(lab);
  return directory === undefined ? undefined : { teacher, ...how, directory };
}

interface Choice<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

async function ask<Value>(title: string, step: number, choices: readonly Choice<Value>[]): Promise<Value | undefined> {
  const options = { title: vscode.l10n.t('Distill Model ({0}/3): {1}', step, title), matchOnDescription: true };
  return (await vscode.window.showQuickPick(choices, { ...options, matchOnDetail: true }))?.value;
}

async function askTeacher(): Promise<string | undefined> {
  const picked = await ask<string>(vscode.l10n.t('what to distil'), 1, [
    { label: 'mnist', description: vscode.l10n.t('handwritten digits'), detail: vscode.l10n.t('The teacher that comes with DMD Lab, 28×28'), value: 'mnist' }, // prettier-ignore
    { label: 'two-modes', description: vscode.l10n.t('seconds'), detail: vscode.l10n.t('Two modes far apart: does the generator keep both?'), value: 'two-modes' }, // prettier-ignore
    {
      label: 'ring',
      description: vscode.l10n.t('seconds'),
      detail: vscode.l10n.t('Eight modes on a circle'),
      value: 'ring',
    },
    {
      label: 'grid',
      description: vscode.l10n.t('seconds'),
      detail: vscode.l10n.t('Twenty-five modes on a lattice'),
      value: 'grid',
    },
    {
      label: 'spiral',
      description: vscode.l10n.t('seconds'),
      detail: vscode.l10n.t('A curve of one and a half turns'),
      value: 'spiral',
    },
    { label: vscode.l10n.t('$(folder-opened) A file…'), detail: vscode.l10n.t('A teacher that was trained here, or a drawn mixture'), value: '' }, // prettier-ignore
  ]);
  if (picked !== '') return picked;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('The teacher'),
    filters: { [vscode.l10n.t('Teachers')]: ['safetensors', 'json'] },
  });
  return chosen?.[0]?.fsPath;
}

function askHow(teacher: string): Promise<Pick<Wanted, 'preset' | 'inNotebook'> | undefined> {
  const isPlane = teacher !== 'mnist' && !teacher.endsWith('.safetensors');
  const quick = isPlane ? vscode.l10n.t('seconds') : vscode.l10n.t('minutes on two cores');
  const long = isPlane ? vscode.l10n.t('minutes') : vscode.l10n.t('about an hour');
  return ask(vscode.l10n.t('how long'), 2, [
    { label: 'quick', description: quick, value: { preset: 'quick', inNotebook: false } },
    { label: 'long', description: long, detail: vscode.l10n.t('Closer to the teacher'), value: { preset: 'long', inNotebook: false } }, // prettier-ignore
    { label: vscode.l10n.t('$(notebook) quick, in a notebook'), description: quick, detail: vscode.l10n.t('Cells that step it and show what Algorithm 1 does'), value: { preset: 'quick', inNotebook: true } }, // prettier-ignore
    {
      label: vscode.l10n.t('$(notebook) long, in a notebook'),
      description: long,
      value: { preset: 'long', inNotebook: true },
    },
  ]);
}

/** The folder of runs; not asked where there is only one. */
async function askWhere(lab: Lab): Promise<string | undefined> {
  const places = lab.runs.directories();
  if (places.length === 1) return places[0]!.path;
  const chosen =
    places.length === 0
      ? ''
      : await ask<string>(vscode.l10n.t('where'), 3, [
          ...places.map(({ folder, path }) => ({ label: folder.name, description: path, value: path })),
          { label: vscode.l10n.t('$(folder-opened) Another folder…'), value: '' },
        ]);
  if (chosen !== '') return chosen;
  const title = vscode.l10n.t('The folder that the run goes into');
  const folders = await vscode.window.showOpenDialog({ title, canSelectFolders: true, canSelectFiles: false });
  return folders?.[0] && join(folders[0].fsPath, '.dmd', 'runs');
}

/**
 * A new run from the last checkpoint of another, with other settings.
 */
import * as vscode from 'vscode';
import { askText } from '../ask-text.ts';
import type { Lab } from '../lab.ts';
import { pickRun } from '../runs/pick-run.ts';
import { nameOf } from '../runs/run-text.ts';

export async function fork(lab: Lab, argument: unknown): Promise<void> {
  const run = await pickRun(lab, argument, {
    title: vscode.l10n.t('Fork which run?'),
    fits: ({ state, step }) => state !== 'unreadable' && step > 0,
    none: vscode.l10n.t('No run has taken a step yet.'),
  });
  if (!run) return;
  const settings = await askText({
    title: vscode.l10n.t('Fork {0}', nameOf(run)),
    prompt: vscode.l10n.t('What the new run does otherwise: settings `key=value`, with spaces between them.'),
    placeHolder: 'learningRate=1e-5 steps=2000',
    validateInput: (text) => {
      const wrong = words(text).find((word) => !/^[^=]+=/.test(word));
      return wrong === undefined ? undefined : vscode.l10n.t('`{0}` is no setting. Write key=value.', wrong);
    },
  });
  if (settings === undefined) return;
  const title = vscode.l10n.t('Forking {0}', nameOf(run));
  const path = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    lab.runs.fork(run, words(settings)),
  );
  await lab.openDashboard(path);
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/**
 * What is made of a run's generator: samples, figures, files for other tools. A run at work is asked itself; for others a
 * process does it.
 */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { describeShares, figure } from '../../src/cli/figures.ts';
import type { Figures } from '../../src/runs/summary.ts';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { runCommand } from '../run-command.ts';
import { pickRun } from '../runs/pick-run.ts';
import { isSteerable } from '../runs/run-state.ts';
import { nameOf } from '../runs/run-text.ts';
import type { Run } from '../runs/runs.ts';
import { send } from '../steering/send.ts';

export const register = (lab: Lab): vscode.Disposable =>
  registerCommands(
    lab,
    {
      'dmd.generateSamples': (argument) => withRun(lab, argument, generateSamples),
      'dmd.evaluateRun': (argument) => withRun(lab, argument, evaluateRun),
      'dmd.exportGenerator': (argument) => withRun(lab, argument, exportGenerator),
    },
    { runs: true },
  );

async function withRun(lab: Lab, argument: unknown, work: (lab: Lab, run: Run) => Promise<void>): Promise<void> {
  const run = await pickRun(lab, argument, {
    title: vscode.l10n.t('The generator of which run?'),
    fits: ({ state }) => state !== 'unreadable',
    none: vscode.l10n.t('There are no runs yet.'),
  });
  if (run) await work(lab, run);
}

async function generateSamples(lab: Lab, run: Run): Promise<void> {
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Samples of {0}', nameOf(run)),
    defaultUri: vscode.Uri.file(join(placeFor(run), `${run.name}-samples.png`)),
    filters: { [vscode.l10n.t('Image')]: ['png'], NumPy: ['npy'] },
  });
  if (!out) return;
  const title = vscode.l10n.t('Generating samples of {0}', nameOf(run));
  const args = ['sample', await sourceOf(lab, run), '--out', out.fsPath];
  const result = await runCommand<{ imagesPerSecond: number }>(lab, args, title);
  if (!result) return;
  vscode.window.setStatusBarMessage(vscode.l10n.t('{0} images/s', figure(result.imagesPerSecond)), 10_000);
  if (out.path.endsWith('.png')) await vscode.commands.executeCommand('vscode.open', out);
  else await offerToShow(vscode.l10n.t('The samples are in {0}.', basename(out.fsPath)), out);
}

async function evaluateRun(lab: Lab, run: Run): Promise<void> {
  const title = vscode.l10n.t('Evaluating {0}', nameOf(run));
  const figures = isSteerable(run)
    ? (await send(lab, run, { type: 'evaluate' })).figures
    : (await runCommand<{ generators: readonly { figures: Figures }[] }>(lab, ['evaluate', run.path], title))
        ?.generators[0]?.figures;
  if (!figures) return;
  const { frechet, kl, modes, modesFound, samples } = figures;
  const lines = [
    ...(frechet === undefined ? [] : [vscode.l10n.t('Fréchet distance {0}', figure(frechet))]),
    ...(modes ? [vscode.l10n.t('{0} of {1} modes', modesFound ?? 0, modes.length)] : []),
    ...(kl === undefined ? [] : [vscode.l10n.t('KL {0} nats', figure(kl))]),
    ...describeShares(figures),
    ...(samples === undefined ? [vscode.l10n.t('There is no measure for what it draws.')] : []),
  ];
  lab.log.info(`${run.path}: ${lines.join('; ')}`);
  await vscode.window.showInformationMessage(nameOf(run), { modal: true, detail: lines.join('\n') });
}

async function exportGenerator(lab: Lab, run: Run): Promise<void> {
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export the generator of {0}', nameOf(run)),
    defaultUri: vscode.Uri.file(join(placeFor(run), `${run.name}.onnx`)),
    filters: { ONNX: ['onnx'], safetensors: ['safetensors'] },
  });
  if (!out) return;
  const title = vscode.l10n.t('Exporting the generator of {0}', nameOf(run));
  // the dialog has asked whether to replace what is there
  const args = ['export', await sourceOf(lab, run), '--out', out.fsPath, '--force'];
  const result = await runCommand(lab, args, title);
  if (result) await offerToShow(vscode.l10n.t('The generator is in {0}.', basename(out.fsPath)), out);
}

/** Where the generator is: for a run at work, a checkpoint of this moment. */
async function sourceOf(lab: Lab, run: Run): Promise<string> {
  return isSteerable(run) ? join(run.path, (await send(lab, run, { type: 'checkpoint' })).path) : run.path;
}

/** Beside the workspace's own files, or beside the run. */
const placeFor = (run: Run): string => run.folder?.uri.fsPath ?? dirname(run.path);

async function offerToShow(text: string, file: vscode.Uri): Promise<void> {
  const show = vscode.l10n.t('Show File');
  if ((await vscode.window.showInformationMessage(text, show)) === show)
    await vscode.commands.executeCommand('dmd.revealFile', file);
}

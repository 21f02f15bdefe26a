/**
 * Commands that steer a run which is at work, wherever its loop lives, and those that let one go on.
 */
import * as vscode from 'vscode';
import type { ControlMessage } from '../../src/runs/contract.ts';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { pickRun, type RunWanted } from '../runs/pick-run.ts';
import { isLive, isPaused, isResumable, isSteerable, isWorking } from '../runs/run-state.ts';
import { nameOf } from '../runs/run-text.ts';
import { fork } from './fork.ts';
import { send } from './send.ts';

export function register(lab: Lab): vscode.Disposable {
  const steer =
    (message: ControlMessage, wanted: RunWanted, done?: (name: string, path: string) => string) =>
    async (argument: unknown) => {
      const run = await pickRun(lab, argument, wanted);
      if (!run) return;
      const reply = await send(lab, run, message);
      if (done) vscode.window.setStatusBarMessage(done(nameOf(run), 'path' in reply ? reply.path : ''), 5_000);
    };
  const working: RunWanted = {
    title: vscode.l10n.t('Pause which run?'),
    fits: isWorking,
    none: vscode.l10n.t('No run is at work.'),
  };
  const paused: RunWanted = {
    title: vscode.l10n.t('Step which run?'),
    fits: isPaused,
    none: vscode.l10n.t('No run is paused.'),
  };
  const steerable: RunWanted = {
    title: vscode.l10n.t('Which run?'),
    fits: isSteerable,
    none: vscode.l10n.t('No run is at work.'),
  };

  return registerCommands(
    lab,
    {
      'dmd.pause': steer({ type: 'pause' }, working),
      'dmd.stepGenerator': steer({ type: 'stepGenerator' }, paused, (name) =>
        vscode.l10n.t('{0}: one update of the generator', name),
      ),
      'dmd.stepFakeScore': steer({ type: 'stepFake' }, paused, (name) =>
        vscode.l10n.t('{0}: one update of the fake score', name),
      ),
      'dmd.saveCheckpoint': steer({ type: 'checkpoint' }, steerable, (name, path) =>
        vscode.l10n.t('{0}: {1}', name, path),
      ),
      'dmd.stop': steer({ type: 'stop' }, { ...steerable, title: vscode.l10n.t('Stop which run?') }),
      'dmd.resume': async (argument) => {
        const fits = (run: Parameters<typeof isPaused>[0]) => isPaused(run) || isResumable(run);
        const none = vscode.l10n.t('No run is paused, stopped, failed or interrupted.');
        const run = await pickRun(lab, argument, { title: vscode.l10n.t('Resume which run?'), fits, none });
        if (!run) return;
        if (isLive(run)) await send(lab, run, { type: 'resume' });
        else await resume(lab, run.path, nameOf(run));
      },
      'dmd.fork': (argument) => fork(lab, argument),
    },
    { runs: true },
  );
}

async function resume(lab: Lab, path: string, name: string): Promise<void> {
  const title = vscode.l10n.t('Resuming {0}', name);
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => lab.runs.resume(path));
}

/**
 * Commands: what they throw is shown once, with a way to the log, and those that run something ask for trust first.
 */
import * as vscode from 'vscode';
import { DmdError, messageOf } from '../src/errors.ts';
import { mayRun, type Lab } from './lab.ts';

export type Handlers = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/** Registers commands by their ids; `runs`: they run or steer something, which only a trusted workspace may. */
export function registerCommands(lab: Lab, handlers: Handlers, { runs = false } = {}): vscode.Disposable {
  const registered = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        if (runs && !(await mayRun())) return undefined;
        return await handler(...args);
      } catch (error) {
        void showError(lab, error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

export async function showError(lab: Lab, error: unknown): Promise<void> {
  const isOurs = !(error instanceof DmdError) && error instanceof Error;
  lab.log.error(isOurs ? (error.stack ?? error.message) : messageOf(error));
  const show = vscode.l10n.t('Show Log');
  if ((await vscode.window.showErrorMessage(messageOf(error), show)) === show) lab.log.show();
}

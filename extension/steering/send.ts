/**
 * One message to a run, answered when the run has acted between two steps.
 */
import * as vscode from 'vscode';
import type { ControlMessage, ControlReply } from '../../src/runs/contract.ts';
import type { Lab } from '../lab.ts';
import { nameOf } from '../runs/run-text.ts';
import type { Run } from '../runs/runs.ts';

/** Rejects with the `DmdError` that says why it could not be done. */
export function send<Message extends ControlMessage>(
  lab: Lab,
  run: Run,
  message: Message,
): Promise<ControlReply<Message['type']>> {
  const title = `${nameOf(run)}: ${message.type}`;
  const sent = vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
    const connection = await lab.runs.connect(run.path);
    try {
      return await connection.send(message);
    } finally {
      connection.close();
      void lab.runs.look();
    }
  });
  return Promise.resolve(sent);
}

/**
 * The API, out of the runs that the extension knows.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { failure, messageOf } from '../src/errors.ts';
import type { RunEvent } from '../src/runs/contract.ts';
import type { AttachedRun, DmdApi, RunsEvent } from './api.ts';
import type { Lab } from './lab.ts';

export function serveApi(lab: Lab): DmdApi {
  const changed = new vscode.EventEmitter<RunsEvent>();
  lab.context.subscriptions.push(
    changed,
    lab.runs.onDidChange((runs) => changed.fire({ type: 'changed', runs })),
  );
  return {
    version: 1,
    runs: {
      list: () => lab.runs.look(),
      start: async ({ config, preset, directory }) => {
        requireTrust(lab);
        return lab.runs.start({ config, preset, directory });
      },
      attach: async (run) => attached(lab, (await lab.runs.attach(run)).path),
      onEvent: changed.event,
    },
  };
}

/** Reads the run's events once somebody listens, until it is disposed. */
function attached(lab: Lab, path: string): AttachedRun {
  const told = new vscode.EventEmitter<RunEvent>();
  const ending = new AbortController();
  let following: Promise<void> | undefined;
  const follow = async () => {
    const { followEvents } = await import('../src/runs/events/event-reader.ts');
    for await (const event of followEvents(join(path, 'events.jsonl'), { signal: ending.signal })) told.fire(event);
  };
  return {
    path,
    onEvent: (...args) => {
      const listening = told.event(...args);
      following ??= follow().catch((error: unknown) => lab.log.error(messageOf(error)));
      return listening;
    },
    send: async (message) => {
      requireTrust(lab);
      const connection = await lab.runs.connect(path);
      try {
        return await connection.send(message);
      } finally {
        connection.close();
      }
    },
    dispose: () => {
      ending.abort();
      told.dispose();
    },
  };
}

function requireTrust(lab: Lab): void {
  if (!lab.trusted())
    throw failure('This workspace is not trusted: runs can be looked at, but nothing is run or steered.');
}

/**
 * What other extensions are given: `vscode.extensions.getExtension('dmd-lab.dmd-lab').activate()`. Documented in
 * docs/extension.md; nothing is taken away within a version.
 */
import type * as vscode from 'vscode';
import type { ConfigInput } from '../src/distillation/config.ts';
import type { ControlMessage, ControlReply, RunEvent } from '../src/runs/contract.ts';
import type { RunSummary } from '../src/runs/directory/list.ts';

export interface DmdApi {
  readonly version: 1;
  readonly runs: RunsApi;
}

export interface RunsApi {
  /** The runs of all workspace folders and those that were attached to, the one that began last first. */
  list(): Promise<readonly RunSummary[]>;
  /**
   * Starts a run and gives the path of its directory. Rejects in a workspace that is not trusted, and with a sentence for
   * people when the options are wrong.
   */
  start(options: StartOptions): Promise<string>;
  /** Follows and steers the run in a directory, wherever its loop lives. Rejects when there is no run. */
  attach(run: string): Promise<AttachedRun>;
  /** Told of every change in the list of runs. */
  readonly onEvent: vscode.Event<RunsEvent>;
}

export interface StartOptions {
  /** Keys of a `*.dmd.json` file. */
  readonly config: ConfigInput;
  readonly preset?: 'quick' | 'long';
  /** The folder of runs; default: that of the first workspace folder. */
  readonly directory?: string;
}

export interface RunsEvent {
  readonly type: 'changed';
  readonly runs: readonly RunSummary[];
}

export interface AttachedRun extends vscode.Disposable {
  /** The path of its directory. */
  readonly path: string;
  /** Every event of the run, those of before included, once: lines of `events.jsonl`. */
  readonly onEvent: vscode.Event<RunEvent>;
  /** Resolves when the run has done what is asked. Rejects when it is not live, and in a workspace that is not trusted. */
  send<Message extends ControlMessage>(message: Message): Promise<ControlReply<Message['type']>>;
}

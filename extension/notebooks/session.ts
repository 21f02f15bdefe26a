/**
 * A notebook and its kernel: cells run one after another, on a process that is started with the first and ends with the
 * notebook.
 */
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { KernelClient, type KernelExit } from '../../kernel/client.ts';
import { messageOf } from '../../src/errors.ts';
import { packagePath } from '../../src/paths.ts';
import type { Lab } from '../lab.ts';
import { CellOutputs, type Displays } from './cell-outputs.ts';

export class Session implements vscode.Disposable {
  private starting: Promise<KernelClient> | undefined;
  private readonly waiting: vscode.NotebookCellExecution[] = [];
  private working: Promise<void> | undefined;
  private readonly outputs = new Map<vscode.NotebookCell, CellOutputs>();
  private readonly displays: Displays = new Map();
  /** How the kernel ended, when nobody had asked it to. */
  private death: KernelExit | undefined;

  constructor(
    private readonly lab: Lab,
    private readonly controller: vscode.NotebookController,
    private notebook: vscode.NotebookDocument,
  ) {}

  /** Runs cells after those that wait already. Resolves when none is left; a cell that fails takes those behind it along. */
  run(cells: readonly vscode.NotebookCell[]): Promise<void> {
    this.waiting.push(...cells.map((cell) => this.controller.createNotebookCellExecution(cell)));
    this.working ??= this.work().finally(() => (this.working = undefined));
    return this.working;
  }

  /** The kernel, where it has been started. */
  get kernel(): Promise<KernelClient> | undefined {
    return this.starting;
  }

  /** Ends what the running cell does, and gives up those that wait. The kernel keeps what cells have made. */
  async interrupt(): Promise<void> {
    this.giveUp();
    (await this.starting)?.interrupt();
  }

  /** Another kernel, which knows nothing of what cells have made. A failure when it does not start. */
  async restart(): Promise<void> {
    this.giveUp();
    await this.stop();
    await this.start();
  }

  /** Goes on with another document of the same cells. What the kernel has shown in this one it can replace no more. */
  moveTo(notebook: vscode.NotebookDocument): void {
    this.notebook = notebook;
    this.displays.clear();
  }

  dispose(): void {
    this.giveUp();
    void this.stop();
  }

  private async work(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift())
      if (!(await this.execute(next))) this.giveUp();
  }

  private async execute(execution: vscode.NotebookCellExecution): Promise<boolean> {
    const { cell } = execution;
    const began = Date.now();
    execution.start(began);
    this.outputs.get(cell)?.abandon();
    await execution.clearOutput();
    const outputs = new CellOutputs(execution, this.controller, this.displays, (error) =>
      this.lab.log.error(messageOf(error)),
    );
    this.outputs.set(cell, outputs);
    const fail = (message: string) => outputs.take({ type: 'error', name: 'Kernel', message, traceback: [message] });
    let succeeded = false;
    try {
      const kernel = await this.start();
      const { status, executionCount } = await kernel.execute(cell.document.getText(), {
        onOutput: (output) => outputs.take(output),
      });
      if (executionCount > 0) execution.executionOrder = executionCount;
      succeeded = status === 'ok';
      if (this.death) fail(this.death.message);
    } catch (error) {
      fail(messageOf(error));
    }
    await outputs.end(succeeded, began);
    return succeeded;
  }

  private giveUp(): void {
    for (const execution of this.waiting.splice(0)) execution.end(undefined);
  }

  private start(): Promise<KernelClient> {
    const { node, env } = this.lab.runtime();
    this.death = undefined;
    this.starting ??= KernelClient.start({
      launcher: packagePath('dist', 'kernel.cjs'),
      cwd: folderOf(this.notebook),
      node,
      env: { ...process.env, ...env, ...this.runsHere() },
      onExit: (exit) => void this.tellOfDeath(exit),
    });
    this.starting.catch(() => (this.starting = undefined));
    return this.starting;
  }

  /** Runs of cells go where the workspace has them. */
  private runsHere(): { DMD_LAB_RUNS?: string } {
    const folder = vscode.workspace.getWorkspaceFolder(this.notebook.uri) ?? vscode.workspace.workspaceFolders?.[0];
    const place = this.lab.runs.directories().find((place) => place.folder.uri.toString() === folder?.uri.toString());
    return place ? { DMD_LAB_RUNS: place.path } : {};
  }

  private async stop(): Promise<void> {
    const kernel = await this.starting?.catch(() => undefined);
    this.starting = undefined;
    this.displays.clear();
    await kernel?.shutdown();
  }

  private async tellOfDeath(exit: KernelExit): Promise<void> {
    this.starting = undefined;
    this.death = exit;
    this.giveUp();
    this.lab.log.error(exit.message);
    const text = vscode.l10n.t(
      'The kernel of {0} has ended, and what its cells had made is gone. Restart it, or run a cell again.',
      basename(this.notebook.uri.path),
    );
    const [restart, show] = [vscode.l10n.t('Restart'), vscode.l10n.t('Show Log')];
    const chosen = await vscode.window.showErrorMessage(text, restart, show);
    if (chosen === show) this.lab.log.show();
    if (chosen === restart) await vscode.commands.executeCommand('dmd.restartKernel', this.notebook.uri);
  }
}

/** Where cells find files and import from: beside the notebook, in the workspace when it is in no file yet. */
function folderOf({ uri }: vscode.NotebookDocument): string {
  if (uri.scheme === 'file') return dirname(uri.fsPath);
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
}

/**
 * What a cell shows, put into its outputs while it runs, some times a second, and after it has ended as well.
 */
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Output } from '../../kernel/protocol.ts';
import { borrow, endExecution } from './borrow.ts';
import { takeIn } from './coalesce.ts';
import { errorOutput, itemsOf, shownOutput, streamItem } from './output-items.ts';

/** Milliseconds in which outputs gather. */
const PAUSE = 40;

/** Where outputs are that the kernel may replace, by their names. */
export type Displays = Map<string, { readonly cell: vscode.NotebookCell; readonly output: vscode.NotebookCellOutput }>;

export class CellOutputs {
  private waiting: Output[] = [];
  private showing: Promise<void> | undefined;
  /** The output that text goes on in. */
  private text: { readonly name: string; readonly output: vscode.NotebookCellOutput } | undefined;
  private clearFirst = false;
  /** Set while the cell runs. */
  private running: vscode.NotebookCellExecution | undefined;
  private readonly cell: vscode.NotebookCell;
  private isOver = false;

  constructor(
    execution: vscode.NotebookCellExecution,
    private readonly controller: vscode.NotebookController,
    private readonly displays: Displays,
    private readonly report: (error: unknown) => void,
  ) {
    this.running = execution;
    this.cell = execution.cell;
  }

  take(output: Output): void {
    if (this.isOver) return;
    takeIn(this.waiting, output);
    this.showing ??= setTimeout(PAUSE).then(() => this.showAll());
  }

  /** Shows all that was taken, then ends the execution, begun at `startTime`; what comes later is shown within others. */
  async end(success: boolean, startTime: number): Promise<void> {
    await this.showing;
    if (this.running)
      endExecution(this.running, {
        success,
        startTime,
        endTime: Date.now(),
        executionOrder: this.running.executionOrder,
      });
    this.running = undefined;
  }

  /** The cell runs again, or is gone: what still comes is for nobody. */
  abandon(): void {
    this.isOver = true;
    for (const [id, { cell }] of this.displays) if (cell === this.cell) this.displays.delete(id);
  }

  private async showAll(): Promise<void> {
    try {
      while (this.waiting.length > 0 && this.cell.index >= 0) {
        const outputs = this.waiting;
        this.waiting = [];
        await this.within(this.cell, async (execution) => {
          // one that cannot be shown, in a cell that waits to run again, keeps no other back
          for (const output of outputs) await this.show(output, execution).catch(this.report);
        });
      }
    } catch (error) {
      this.report(error);
    } finally {
      this.showing = undefined;
    }
  }

  private within(cell: vscode.NotebookCell, work: (execution: vscode.NotebookCellExecution) => Promise<void>) {
    return this.running?.cell === cell ? work(this.running) : borrow(this.controller, cell, work);
  }

  private async show(output: Output, execution: vscode.NotebookCellExecution): Promise<void> {
    if (output.type === 'update-display') return this.replace(output, execution);
    if (output.type === 'clear') {
      this.clearFirst = output.wait;
      if (!output.wait) await this.clear(execution);
      return;
    }
    if (this.clearFirst) await this.clear(execution);
    if (output.type === 'stream') return this.write(output, execution);
    this.text = undefined;
    const shown = output.type === 'error' ? errorOutput(output) : shownOutput(output);
    await execution.appendOutput(shown);
    if (output.type === 'display' && output.displayId !== undefined)
      this.displays.set(output.displayId, { cell: this.cell, output: shown });
  }

  private async replace(
    { displayId, data }: Extract<Output, { type: 'update-display' }>,
    execution: vscode.NotebookCellExecution,
  ): Promise<void> {
    const shown = this.displays.get(displayId);
    if (!shown || shown.cell.index < 0) return;
    const put = async (within: vscode.NotebookCellExecution) => within.replaceOutputItems(itemsOf(data), shown.output);
    await (shown.cell === execution.cell ? put(execution) : this.within(shown.cell, put));
  }

  private async write(
    output: Extract<Output, { type: 'stream' }>,
    execution: vscode.NotebookCellExecution,
  ): Promise<void> {
    const item = streamItem(output);
    if (this.text?.name === output.name) return execution.appendOutputItems(item, this.text.output);
    const shown = new vscode.NotebookCellOutput([item], { outputType: 'stream' });
    this.text = { name: output.name, output: shown };
    await execution.appendOutput(shown);
  }

  private async clear(execution: vscode.NotebookCellExecution): Promise<void> {
    this.clearFirst = false;
    this.text = undefined;
    for (const [id, { cell }] of this.displays) if (cell === this.cell) this.displays.delete(id);
    await execution.clearOutput();
  }
}

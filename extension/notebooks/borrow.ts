/**
 * The ends of executions, and outputs that come when their cell has ended: VS Code lets them be changed within an execution
 * alone.
 */
import type * as vscode from 'vscode';

/** How a cell ended. */
export interface Ending {
  readonly success?: boolean;
  /** Milliseconds since 1970. */
  readonly startTime?: number;
  readonly endTime?: number;
  readonly executionOrder?: number;
}

/** VS Code tells of an end a moment later: an execution that was borrowed before would take away what it does not know. */
const endings = new WeakMap<vscode.NotebookCell, Ending>();

/** Ends `execution` as `ending` says. */
export function endExecution(execution: vscode.NotebookCellExecution, ending: Ending): void {
  endings.set(execution.cell, ending);
  execution.end(ending.success, ending.endTime);
}

/** Calls `work` with an execution that leaves the cell's number and time as they were. The cell must not be running. */
export async function borrow(
  controller: vscode.NotebookController,
  cell: vscode.NotebookCell,
  work: (execution: vscode.NotebookCellExecution) => Promise<void>,
): Promise<void> {
  const { success, startTime, endTime, executionOrder } = endings.get(cell) ?? endingOf(cell);
  const execution = controller.createNotebookCellExecution(cell);
  execution.executionOrder = executionOrder;
  execution.start(startTime);
  try {
    await work(execution);
  } finally {
    execution.end(success, endTime);
  }
}

const endingOf = ({ executionSummary: { executionOrder, success, timing } = {} }: vscode.NotebookCell): Ending => ({
  executionOrder,
  success,
  ...timing,
});

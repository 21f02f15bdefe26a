/**
 * Outputs that come when their cell has ended: VS Code lets them be changed within an execution alone.
 */
import type * as vscode from 'vscode';

/** Calls `work` with an execution that leaves the cell's number and time as they were. The cell must not be running. */
export async function borrow(
  controller: vscode.NotebookController,
  cell: vscode.NotebookCell,
  work: (execution: vscode.NotebookCellExecution) => Promise<void>,
): Promise<void> {
  const { executionOrder, timing, success } = cell.executionSummary ?? {};
  const execution = controller.createNotebookCellExecution(cell);
  execution.executionOrder = executionOrder;
  execution.start(timing?.startTime);
  try {
    await work(execution);
  } finally {
    execution.end(success, timing?.endTime);
  }
}

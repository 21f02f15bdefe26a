/**
 * A notebook that is in no file yet, on our kernel.
 */
import * as vscode from 'vscode';
import type { Lab } from '../lab.ts';
import { CONTROLLER_ID, NOTEBOOK_TYPE, withOurKernel } from './notebook-metadata.ts';

/** A cell of text in Markdown, or of TypeScript. */
export type Cell = { readonly text: string } | { readonly code: string };

/** Shows a new notebook with these cells. */
export async function openNotebook(lab: Lab, cells: readonly Cell[]): Promise<vscode.NotebookDocument> {
  const data = new vscode.NotebookData(cells.map(cellData));
  data.metadata = withOurKernel({ nbformat: 4, nbformat_minor: 5 });
  const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, data);
  await vscode.window.showNotebookDocument(notebook);
  // without a question, also where other kernels are installed
  await vscode.commands.executeCommand('notebook.selectKernel', {
    id: CONTROLLER_ID,
    extension: lab.context.extension.id,
  });
  return notebook;
}

function cellData(cell: Cell): vscode.NotebookCellData {
  const { Code, Markup } = vscode.NotebookCellKind;
  return 'code' in cell
    ? new vscode.NotebookCellData(Code, cell.code, 'typescript')
    : new vscode.NotebookCellData(Markup, cell.text, 'markdown');
}

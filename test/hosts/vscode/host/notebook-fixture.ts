/**
 * Notebooks of the tests inside VS Code: opened, run as a person would, and read.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until, workspace } from './fixture.ts';

export const kernelspec = { display_name: 'TypeScript (DMD Lab)', language: 'typescript', name: 'dmd-lab' };

/** A notebook file of the workspace with these cells of code, in an editor. */
export async function open(name: string, sources: readonly string[], metadata: object = { kernelspec }) {
  const cells = sources.map((source) => ({
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  const path = join(workspace(), name);
  await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
  // an API that opens a document holds it for minutes after its editor is closed
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
  return until(`${name} is open`, async () => {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    return notebook?.uri.fsPath === path && notebook;
  });
}

/** Runs cells as a person would. */
export const press = (notebook: vscode.NotebookDocument, from: number, to = from + 1): Thenable<unknown> =>
  vscode.commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: from, end: to }],
    document: notebook.uri,
  });

/** Runs one cell to its end; gives whether it succeeded. */
export async function run(notebook: vscode.NotebookDocument, index: number): Promise<boolean | undefined> {
  const before = notebook.cellAt(index).executionSummary?.timing?.endTime;
  void press(notebook, index);
  await until(`cell ${index} has run`, async () => {
    const { timing } = notebook.cellAt(index).executionSummary ?? {};
    return timing !== undefined && timing.endTime !== before;
  });
  return notebook.cellAt(index).executionSummary?.success;
}

export const itemsOf = (notebook: vscode.NotebookDocument, index: number): vscode.NotebookCellOutputItem[] =>
  notebook.cellAt(index).outputs.flatMap(({ items }) => items);

export const textOf = (notebook: vscode.NotebookDocument, index: number): string =>
  itemsOf(notebook, index)
    .map(({ data }) => new TextDecoder().decode(data))
    .join('');

/**
 * What VS Code offers for notebooks of TypeScript: our kernel, preferred for those that say that they are its own.
 */
import * as vscode from 'vscode';
import { mayRun, type Lab } from '../lab.ts';
import { CONTROLLER_ID, isOurs, LANGUAGES, NOTEBOOK_TYPE, withOurKernel } from './notebook-metadata.ts';
import { Sessions } from './sessions.ts';

export interface Kernels extends vscode.Disposable {
  readonly sessions: Sessions;
}

export function createKernels(lab: Lab): Kernels {
  const controller = vscode.notebooks.createNotebookController(CONTROLLER_ID, NOTEBOOK_TYPE, 'TypeScript (DMD Lab)');
  const sessions = new Sessions(lab, controller);
  controller.supportedLanguages = LANGUAGES;
  controller.supportsExecutionOrder = true;
  controller.description = vscode.l10n.t('step through distillations; needs nothing but this extension');
  controller.executeHandler = async (cells, notebook) => {
    if (!(await mayRun())) return;
    await sayWhoseItIs(notebook);
    await sessions.of(notebook).run(cells);
  };
  controller.interruptHandler = (notebook) => sessions.find(notebook)?.interrupt();
  const prefer = (notebook: vscode.NotebookDocument): void => {
    if (notebook.notebookType !== NOTEBOOK_TYPE) return;
    const { Preferred, Default } = vscode.NotebookControllerAffinity;
    controller.updateNotebookAffinity(notebook, isOurs(notebook.metadata) ? Preferred : Default);
  };
  vscode.workspace.notebookDocuments.forEach(prefer);
  const disposables = [
    sessions,
    controller,
    vscode.workspace.onDidOpenNotebookDocument(prefer),
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, metadata }) => {
      if (metadata) prefer(notebook);
    }),
    controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
      if (selected) tellOfOtherLanguages(notebook);
      else sessions.end(notebook);
    }),
  ];
  return { sessions, dispose: () => vscode.Disposable.from(...disposables).dispose() };
}

/** Writes into the notebook what runs it, where Jupyter reads it too. */
async function sayWhoseItIs(notebook: vscode.NotebookDocument): Promise<void> {
  const metadata = withOurKernel(notebook.metadata);
  if (!metadata) return;
  const edit = new vscode.WorkspaceEdit();
  edit.set(notebook.uri, [vscode.NotebookEdit.updateNotebookMetadata(metadata)]);
  await vscode.workspace.applyEdit(edit);
}

function tellOfOtherLanguages(notebook: vscode.NotebookDocument): void {
  const others = new Set(
    notebook
      .getCells()
      .filter(({ kind, document }) => kind === vscode.NotebookCellKind.Code && !LANGUAGES.includes(document.languageId))
      .map(({ document }) => document.languageId),
  );
  if (others.size === 0) return;
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      'This kernel runs TypeScript and JavaScript, and passes over cells in {0}. Change the language of such a cell at its lower right, or select another kernel.',
      [...others].join(', '),
    ),
  );
}

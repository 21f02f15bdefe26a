/**
 * The kernels of this window's notebooks: one for each that has run a cell, until it is closed.
 */
import * as vscode from 'vscode';
import type { Lab } from '../lab.ts';
import { Session } from './session.ts';

export class Sessions implements vscode.Disposable {
  private readonly all = new Map<vscode.NotebookDocument, Session>();
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly lab: Lab,
    private readonly controller: vscode.NotebookController,
  ) {
    this.listening = vscode.workspace.onDidCloseNotebookDocument((notebook) => this.end(notebook));
  }

  of(notebook: vscode.NotebookDocument): Session {
    const session = this.all.get(notebook) ?? new Session(this.lab, this.controller, notebook);
    this.all.set(notebook, session);
    return session;
  }

  find(notebook: vscode.NotebookDocument | undefined): Session | undefined {
    return notebook && this.all.get(notebook);
  }

  /** The notebook is closed or has another kernel. One that was saved for the first time goes on in another document. */
  end(notebook: vscode.NotebookDocument): void {
    const session = this.all.get(notebook);
    if (!session) return;
    this.all.delete(notebook);
    const heir = notebook.isUntitled ? this.savedAs(notebook) : undefined;
    if (!heir) return session.dispose();
    this.all.set(heir, session);
    session.moveTo(heir);
  }

  dispose(): void {
    this.listening.dispose();
    for (const session of this.all.values()) session.dispose();
  }

  private savedAs(untitled: vscode.NotebookDocument): vscode.NotebookDocument | undefined {
    return vscode.workspace.notebookDocuments.find(
      (notebook) => !notebook.isUntitled && !this.all.has(notebook) && codeOf(notebook) === codeOf(untitled),
    );
  }
}

const codeOf = (notebook: vscode.NotebookDocument): string =>
  JSON.stringify(notebook.getCells().map(({ document }) => document.getText()));

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
    this.listening = vscode.Disposable.from(
      // its document is opened empty, and filled before it is saved
      vscode.workspace.onDidSaveNotebookDocument((notebook) => this.inherit(notebook)),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.end(notebook)),
    );
  }

  of(notebook: vscode.NotebookDocument): Session {
    const session = this.all.get(notebook) ?? new Session(this.lab, this.controller, notebook);
    this.all.set(notebook, session);
    return session;
  }

  find(notebook: vscode.NotebookDocument | undefined): Session | undefined {
    return notebook && this.all.get(notebook);
  }

  end(notebook: vscode.NotebookDocument): void {
    this.all.get(notebook)?.dispose();
    this.all.delete(notebook);
  }

  dispose(): void {
    this.listening.dispose();
    for (const session of this.all.values()) session.dispose();
  }

  /** An untitled notebook that is saved becomes another document, and keeps its kernel. */
  private inherit(notebook: vscode.NotebookDocument): void {
    if (notebook.isUntitled || this.all.has(notebook)) return;
    const parent = [...this.all].find(([other]) => other.isUntitled && codeOf(other) === codeOf(notebook));
    if (!parent) return;
    const [untitled, session] = parent;
    this.all.delete(untitled);
    this.all.set(notebook, session);
    session.moveTo(notebook);
  }
}

const codeOf = (notebook: vscode.NotebookDocument): string =>
  JSON.stringify(notebook.getCells().map(({ document }) => document.getText()));

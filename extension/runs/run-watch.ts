/**
 * Says when runs may have changed: at once where the system tells of files, and every few seconds, because a process that
 * dies writes nothing.
 */
import * as vscode from 'vscode';

/** Milliseconds. */
const LOOK_EVERY = 5_000;
const GATHER_FOR = 300;

export class RunWatch implements vscode.Disposable {
  private watchers: vscode.Disposable[] = [];
  private readonly listeners: vscode.Disposable[];
  private readonly poll: NodeJS.Timeout;
  private gathering: NodeJS.Timeout | undefined;

  /** `directories` are absolute paths of folders of runs, asked for again when the workspace changes. */
  constructor(
    private readonly directories: () => readonly string[],
    private readonly changed: () => void,
  ) {
    this.listeners = [
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.begin()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('dmd.runsDirectory')) this.begin();
      }),
    ];
    this.poll = setInterval(changed, LOOK_EVERY);
    this.begin();
  }

  dispose(): void {
    clearInterval(this.poll);
    clearTimeout(this.gathering);
    for (const listener of [...this.listeners, ...this.watchers]) listener.dispose();
  }

  private begin(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = this.directories().map((path) => {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(path), '*/{status,summary,notes}.json');
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) event(() => this.soon());
      return watcher;
    });
    this.soon();
  }

  /** Several changes are one. */
  private soon(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.changed();
    }, GATHER_FOR);
  }
}

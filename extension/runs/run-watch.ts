/**
 * Has runs looked at when they may have changed: soon where the system tells of files, and every few seconds in any case,
 * because a process that dies writes nothing, and not every file system tells.
 */
import * as vscode from 'vscode';

/** Milliseconds between looks while a run is live, and else; a long list is looked at less often. */
const [LIVE_EVERY, LOOK_EVERY, REST] = [1_000, 5_000, 20];
/** Milliseconds in which several changes are one. */
const GATHER_FOR = 300;

export class RunWatch implements vscode.Disposable {
  private watchers: vscode.Disposable[] = [];
  private readonly listeners: vscode.Disposable[];
  private next: NodeJS.Timeout | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private hasEnded = false;

  /**
   * `directories` are absolute paths of folders of runs, asked for again when the workspace changes; `look` resolves with
   * whether a run is live.
   */
  constructor(
    private readonly directories: () => readonly string[],
    private readonly look: () => Promise<boolean>,
  ) {
    this.listeners = [
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.begin()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('dmd.runsDirectory')) this.begin();
      }),
    ];
    this.begin();
  }

  dispose(): void {
    this.hasEnded = true;
    clearTimeout(this.next);
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

  private soon(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.lookNow();
    }, GATHER_FOR);
  }

  private async lookNow(): Promise<void> {
    const begin = performance.now();
    const isLive = await this.look();
    if (this.hasEnded) return;
    clearTimeout(this.next);
    const pause = Math.max(isLive ? LIVE_EVERY : LOOK_EVERY, REST * (performance.now() - begin));
    this.next = setTimeout(() => void this.lookNow(), pause);
  }
}

/**
 * The host of the dashboard's pages in this window: what they see, and what they may do. It is loaded when the first page
 * is shown.
 */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { Helper } from '../../src/dashboard/helper/helper.ts';
import { serveHost } from '../../src/dashboard/host.ts';
import { KnownRuns } from '../../src/dashboard/known-runs.ts';
import { readPageFiles, type PageFiles } from '../../src/dashboard/page-files.ts';
import type { HostTransport, Requests } from '../../src/dashboard/protocol.ts';
import { writeReplay } from '../../src/dashboard/replay/replay.ts';
import type { Lab } from '../lab.ts';
import { isWorking } from '../runs/run-state.ts';

export class DashboardHost implements vscode.Disposable {
  private readonly helper: Helper;

  private constructor(
    private readonly lab: Lab,
    readonly page: PageFiles,
  ) {
    this.helper = new Helper({ ...lab.runtime(), isBusy: () => lab.runs.list().some(isWorking) });
  }

  /** A failure when the page cannot be read. */
  static async open(lab: Lab): Promise<DashboardHost> {
    return new DashboardHost(lab, await readPageFiles());
  }

  /** Serves a page that shows the runs in the directories `show` first: one, and those that are laid over it. */
  serve(transport: HostTransport, show: readonly string[]): void {
    const { lab } = this;
    const runs = this.knownRuns(show);
    const listening = lab.runs.onDidChange((all) => all.forEach(({ path }) => runs.add(path)));
    transport.onClose(() => listening.dispose());
    serveHost(transport, {
      kind: 'vscode',
      runs,
      show,
      helper: this.helper,
      ...(lab.trusted() && { start: (ask) => lab.runs.start(ask), resume: (run) => lab.runs.resume(run) }),
      refusal: () =>
        lab.trusted()
          ? undefined
          : vscode.l10n.t('This workspace is not trusted: runs can be looked at, but nothing is run or steered.'),
      replay: async (run) => {
        const path = join(run, 'replay.html');
        await writeReplay(run, path, this.page);
        return path;
      },
      save,
      log: (message) => lab.log.warn(message),
    });
  }

  dispose(): void {
    this.helper.dispose();
  }

  /** Those of this workspace, those of elsewhere that it knows, and those that are shown. */
  private knownRuns(show: readonly string[]): KnownRuns {
    const { runs, context } = this.lab;
    const directory = runs.directories()[0]?.path ?? join(context.globalStorageUri.fsPath, 'runs');
    return new KnownRuns(directory, [...runs.list().map(({ path }) => path), ...show]);
  }
}

/** Lets the person choose where to keep what the page has made. */
async function save({ name }: Requests['save']['ask'], bytes: ArrayBuffer): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = basename(name);
  const uri = await vscode.window.showSaveDialog({
    defaultUri: folder ? vscode.Uri.joinPath(folder, file) : vscode.Uri.file(file),
  });
  if (uri) await vscode.workspace.fs.writeFile(uri, new Uint8Array(bytes));
}

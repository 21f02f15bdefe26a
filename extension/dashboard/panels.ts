/**
 * The dashboards of this window, one for each run: its page, its title and its icon, which follow the run.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { printable } from '../../src/cli/table.ts';
import type { Lab } from '../lab.ts';
import { nameOf } from '../runs/run-text.ts';
import type { DashboardHost } from './host.ts';
import { dashboardHtml, webviewOptions } from './page.ts';
import { panelIcon } from './panel-icon.ts';
import { shownAfter, type ShownRuns } from './shown-runs.ts';
import { servePages, type Pages } from './transport.ts';

export const VIEW_TYPE = 'dmd.dashboard';

interface Dashboard {
  readonly panel: vscode.WebviewPanel;
  readonly pages: Pages;
  shown: ShownRuns;
}

export class Dashboards implements vscode.Disposable {
  private readonly open = new Set<Dashboard>();
  private host: Promise<DashboardHost> | undefined;
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly lab: Lab) {
    this.listeners = [
      lab.runs.onDidChange(() => this.open.forEach((dashboard) => this.label(dashboard))),
      // what a page was told it may do, it learns when it is loaded
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.reload()),
    ];
  }

  /** Brings the dashboard of a run to the front, or opens one; without runs, the one of their list. */
  async show(runs: readonly string[]): Promise<void> {
    // so that nothing is waited for between looking for one and opening it
    await this.loadHost();
    const there = [...this.open].find(({ shown }) => shown.paths.join('\n') === runs.join('\n'));
    if (there) return there.panel.reveal();
    const column = vscode.ViewColumn.Active;
    await this.fill(vscode.window.createWebviewPanel(VIEW_TYPE, 'DMD Lab', column, webviewOptions()), runs);
  }

  /** Fills a panel that is there; resolves when its page is on its way. A failure when that cannot be read. */
  async fill(panel: vscode.WebviewPanel, runs: readonly string[]): Promise<void> {
    panel.webview.options = webviewOptions();
    const host = await this.loadHost();
    const pages = servePages(
      panel.webview,
      (transport) => host.serve(transport, runs),
      (message) => {
        const [before] = dashboard.shown.paths;
        dashboard.shown = shownAfter(dashboard.shown, message);
        const [now] = dashboard.shown.paths;
        // a page that turns to another run is used by the person; one that was just loaded is not, whatever it shows
        if (message.type === 'show' && now !== before && panel.active) this.lab.runs.selected = now;
        this.label(dashboard);
      },
    );
    const dashboard: Dashboard = { panel, pages, shown: { paths: runs, isAwaited: true } };
    this.open.add(dashboard);
    panel.onDidChangeViewState(() => {
      // VS Code has taken the page away, and loads another when it is looked at again
      if (!panel.visible) pages.leave();
      if (panel.active) this.lab.runs.selected = dashboard.shown.paths[0];
    });
    panel.onDidDispose(() => {
      pages.dispose();
      this.open.delete(dashboard);
    });
    this.label(dashboard);
    load(panel.webview, host);
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    for (const { pages } of this.open) pages.dispose();
    void this.host?.then(
      (host) => host.dispose(),
      () => undefined,
    );
  }

  private async reload(): Promise<void> {
    if (this.open.size === 0) return;
    const host = await this.loadHost();
    for (const { panel } of this.open) load(panel.webview, host);
  }

  private loadHost(): Promise<DashboardHost> {
    this.host ??= import('./host.ts').then(({ DashboardHost }) => DashboardHost.open(this.lab));
    this.host.catch(() => (this.host = undefined));
    return this.host;
  }

  private label({ panel, shown }: Dashboard): void {
    const [path, ...others] = shown.paths;
    const run = path === undefined ? undefined : this.lab.runs.find(path);
    const more = others.length > 0 ? ` +${others.length}` : '';
    // one that was detached stays open
    const name = run ? nameOf(run) : path && printable(basename(path));
    const title = name === undefined ? vscode.l10n.t('DMD Dashboard') : name + more;
    if (panel.title !== title) panel.title = title;
    panel.iconPath = panelIcon(run?.state);
  }
}

const load = (webview: vscode.Webview, { page }: DashboardHost): void => {
  webview.html = dashboardHtml(webview, page);
};

/**
 * The tree of runs, a group for each workspace folder where there are several.
 */
import * as vscode from 'vscode';
import type { Lab } from '../lab.ts';
import { isLive, isPaused, isResumable, isSteerable, isWorking } from './run-state.ts';
import { contextOf, descriptionOf, iconOf, nameOf, tooltipOf } from './run-text.ts';
import type { Run } from './runs.ts';

/** A workspace folder, or the runs of elsewhere. */
interface Group {
  readonly folder?: vscode.WorkspaceFolder;
}
type Node = Group | Run;

const isRun = (node: Node): node is Run => 'path' in node;

/** Milliseconds between looks at how old the runs are. */
const AGE_EVERY = 60_000;

export function register(lab: Lab): vscode.Disposable {
  const tree = new RunsTree(lab);
  const view = vscode.window.createTreeView<Node>('dmd.runs', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const select = () => {
    const [node, ...others] = view.selection;
    lab.runs.selected = node && isRun(node) && others.length === 0 ? node.path : undefined;
  };
  const update = (runs: readonly Run[]) => {
    tree.refresh();
    const live = runs.filter(isLive).length;
    view.badge = live > 0 ? { value: live, tooltip: vscode.l10n.t('Runs at work: {0}', live) } : undefined;
    tellMenus(runs);
  };
  const ageing = setInterval(() => tree.refresh(), AGE_EVERY);
  void lab.runs.look().then(update);
  return vscode.Disposable.from(view, tree, view.onDidChangeSelection(select), lab.runs.onDidChange(update), {
    dispose: () => clearInterval(ageing),
  });
}

/** Lets the palette offer what there is sense in. */
function tellMenus(runs: readonly Run[]): void {
  const some = {
    hasRuns: runs.length > 0,
    hasSeveralRuns: runs.length > 1,
    hasSteerable: runs.some(isSteerable),
    hasWorking: runs.some(isWorking),
    hasPaused: runs.some(isPaused),
    hasResumable: runs.some(isResumable),
  };
  for (const [key, value] of Object.entries(some))
    void vscode.commands.executeCommand('setContext', `dmd.${key}`, value);
}

class RunsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly lab: Lab) {}

  refresh(): void {
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  getChildren(node?: Node): Node[] {
    const runs = this.lab.runs.list();
    if (node)
      return isRun(node) ? [] : runs.filter(({ folder }) => folder?.uri.toString() === node.folder?.uri.toString());
    const groups: Group[] = this.lab.runs.directories().map(({ folder }) => ({ folder }));
    if (runs.some(({ folder }) => folder === undefined)) groups.push({});
    return groups.length > 1 && runs.length > 0 ? groups : [...runs];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return isRun(node) ? runItem(node) : groupItem(node);
  }
}

function groupItem({ folder }: Group): vscode.TreeItem {
  const item = new vscode.TreeItem(
    folder?.name ?? vscode.l10n.t('Elsewhere'),
    vscode.TreeItemCollapsibleState.Expanded,
  );
  item.id = folder?.uri.toString() ?? 'elsewhere';
  item.iconPath = new vscode.ThemeIcon('root-folder');
  item.contextValue = 'group';
  return item;
}

function runItem(run: Run): vscode.TreeItem {
  const item = new vscode.TreeItem(nameOf(run));
  const { id, color } = iconOf(run.state);
  item.id = run.path;
  item.description = descriptionOf(run);
  item.tooltip = tooltipOf(run);
  item.iconPath = new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.contextValue = run.folder ? contextOf(run) : `${contextOf(run)} elsewhere`;
  item.command = { command: 'dmd.openDashboard', title: vscode.l10n.t('Open Dashboard'), arguments: [run.path] };
  item.accessibilityInformation = { label: `${nameOf(run)}, ${item.description}` };
  return item;
}

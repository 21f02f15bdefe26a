/**
 * The tree of runs, a group for each workspace folder where there are several.
 */
import * as vscode from 'vscode';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { isLive, isPaused, isResumable, isSteerable, isWorking } from './run-state.ts';
import { contextOf, descriptionOf, iconOf, nameOf, tooltipOf } from './run-text.ts';
import type { Run } from './runs.ts';

/** A workspace folder, or the runs of elsewhere. */
interface Group {
  readonly folder?: vscode.WorkspaceFolder;
}
/** A run, by its directory. */
interface Leaf {
  readonly path: string;
}
type Node = Group | Leaf;

const isLeaf = (node: Node): node is Leaf => 'path' in node;

/**
 * Opens the run of the row that is pressed, which is the selected one. Without arguments: VS Code forgets those of a row when
 * the row changes, as that of a live run does every second, and a press at that moment would fail.
 */
const OPEN = 'dmd.runs.openRow';

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
    lab.runs.selected = node && isLeaf(node) && others.length === 0 ? node.path : undefined;
  };
  const update = (runs: readonly Run[]) => {
    tree.update(runs);
    const live = runs.filter(isLive).length;
    view.badge = live > 0 ? { value: live, tooltip: vscode.l10n.t('Runs at work: {0}', live) } : undefined;
    tellMenus(runs);
  };
  const ageing = setInterval(() => tree.age(), AGE_EVERY);
  void lab.runs.look().then(update);
  return vscode.Disposable.from(
    view,
    registerCommands(lab, {
      [OPEN]: async () => {
        const node = view.selection[0];
        if (node && isLeaf(node)) await lab.openDashboard(node.path);
      },
    }),
    tree,
    view.onDidChangeSelection(select),
    lab.runs.onDidChange(update),
    vscode.workspace.onDidChangeWorkspaceFolders(() => tree.regroup()),
    { dispose: () => clearInterval(ageing) },
  );
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

/**
 * VS Code forgets which element a menu was opened on when the whole tree is said to have changed. So each run has one element
 * for as long as it is listed, and a change of a run is a change of that alone.
 */
class RunsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private leaves = new Map<string, Leaf>();
  private runs: readonly Run[] = [];

  constructor(private readonly lab: Lab) {}

  /** Shows `runs` as they are now. */
  update(runs: readonly Run[]): void {
    const before = new Map(this.runs.map((run) => [run.path, JSON.stringify(run)]));
    const isSameList = placesOf(runs) === placesOf(this.runs);
    this.runs = runs;
    this.leaves = new Map(runs.map(({ path }) => [path, this.leaves.get(path) ?? { path }]));
    const others = runs.filter((run) => before.get(run.path) !== JSON.stringify(run));
    if (!isSameList) this.changed.fire(undefined);
    else if (others.length > 0) this.changed.fire(this.leavesOf(others));
  }

  /** Shows the folders that there are now. */
  regroup(): void {
    this.changed.fire(undefined);
  }

  /** Says how old the runs are by now. */
  age(): void {
    this.changed.fire(this.leavesOf(this.runs));
  }

  dispose(): void {
    this.changed.dispose();
  }

  getChildren(node?: Node): Node[] {
    const { runs } = this;
    if (node && isLeaf(node)) return [];
    if (node) return this.leavesOf(runs.filter(({ folder }) => folder?.uri.toString() === node.folder?.uri.toString()));
    const groups: Group[] = this.lab.runs.directories().map(({ folder }) => ({ folder }));
    if (runs.some(({ folder }) => folder === undefined)) groups.push({});
    return groups.length > 1 && runs.length > 0 ? groups : this.leavesOf(runs);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (!isLeaf(node)) return groupItem(node);
    const run = this.runs.find(({ path }) => path === node.path);
    // it is gone, and the list without it is on its way
    return run ? runItem(run) : new vscode.TreeItem(vscode.Uri.file(node.path));
  }

  private leavesOf(runs: readonly Run[]): Leaf[] {
    return runs.map(({ path }) => this.leaves.get(path)!);
  }
}

const placesOf = (runs: readonly Run[]): string =>
  JSON.stringify(runs.map(({ path, folder }) => [path, folder?.uri.toString()]));

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
  item.command = { command: OPEN, title: vscode.l10n.t('Open Dashboard') };
  item.accessibilityInformation = { label: `${nameOf(run)}, ${item.description}` };
  return item;
}

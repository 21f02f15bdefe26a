/**
 * The runs of all workspace folders, looked at again whenever one of them changes, and what is done with them. It holds no
 * run: whether this window is open or not makes no difference to them.
 */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { RunProcess } from '../../src/dashboard/launch-run.ts';
import type { StartOptions } from '../../src/dashboard/start-run.ts';
import { messageOf, usageError } from '../../src/errors.ts';
import type { RunConnection } from '../../src/runs/control/client.ts';
import type { RunSummary } from '../../src/runs/directory/list.ts';
import { Turns } from '../../src/runs/training/turns.ts';
import { isLive } from './run-state.ts';
import { RunWatch } from './run-watch.ts';

/** A run, and the workspace folder that it is in; those of elsewhere have been attached to. */
export interface Run extends RunSummary {
  readonly folder?: vscode.WorkspaceFolder;
}

export type StartAsk = Omit<StartOptions, 'directory' | keyof RunProcess> & {
  /** The folder of runs; default: that of the first workspace folder. */
  readonly directory?: string;
};

/** Where the workspace remembers the runs of elsewhere. */
const ATTACHED = 'dmd.attachedRuns';

export class Runs implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<readonly Run[]>();
  /** Told of all runs when one of them has changed. */
  readonly onDidChange = this.changed.event;
  /** The path of the run that the person looks at, in the tree or in a dashboard. */
  selected: string | undefined;
  private latest: readonly Run[] = [];
  private readonly turns = new Turns();
  private readonly warned = new Set<string>();
  private readonly watch: RunWatch;

  constructor(
    private readonly state: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
    private readonly runtime: () => Required<RunProcess>,
  ) {
    this.watch = new RunWatch(
      () => this.directories().map(({ path }) => path),
      async () => (await this.look()).some(isLive),
    );
  }

  /** As they were when they were last looked at, the one that began last first. */
  list(): readonly Run[] {
    return this.latest;
  }

  /** Looks at all of them. */
  async look(): Promise<readonly Run[]> {
    await this.turns.take(() => this.lookOnce());
    return this.latest;
  }

  /** Where runs are: one directory for each workspace folder. */
  directories(): readonly { readonly folder: vscode.WorkspaceFolder; readonly path: string }[] {
    const all = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map((folder) => ({ folder, path: runsDirectory(folder) }));
    // folders may share one
    return all.filter(({ path }, i) => all.findIndex((other) => other.path === path) === i);
  }

  find(path: string): Run | undefined {
    return this.latest.find((run) => run.path === path);
  }

  /** Makes a run known that lies elsewhere. A usage error when `path` is none. */
  async attach(path: string): Promise<Run> {
    const { summariseRun } = await import('../../src/runs/directory/list.ts');
    const run = await summariseRun(resolve(path));
    if (!run) throw usageError(`\`${path}\` is no run directory: it holds no status.json.`);
    if (!this.directories().some(({ path }) => path === dirname(run.path)))
      await this.state.update(ATTACHED, [...new Set([...this.attached(), run.path])]);
    await this.look();
    return this.find(run.path) ?? run;
  }

  /** Forgets a run of elsewhere; its directory stays. */
  async detach(path: string): Promise<void> {
    await this.state.update(
      ATTACHED,
      this.attached().filter((attached) => attached !== path),
    );
    await this.look();
  }

  /** See `connectRun`. */
  async connect(path: string): Promise<RunConnection> {
    const { connectRun } = await import('../../src/runs/control/client.ts');
    return connectRun(path, { client: 'vscode' });
  }

  /** Starts a run and gives its directory; see `startRun`. The engine is that of the settings, unless `ask` names one. */
  async start({ directory = this.directories()[0]?.path, ...ask }: StartAsk): Promise<string> {
    if (directory === undefined) throw usageError('There is no folder for a run. Open one first.');
    const { startRun } = await import('../../src/dashboard/start-run.ts');
    const config = { ...engineOfSettings(), ...ask.config };
    const run = await startRun({ ...ask, config, directory, ...this.runtime() });
    this.log.info(`started ${run}`);
    await this.look();
    return run;
  }

  /** Goes on with a run that was interrupted or stopped. */
  async resume(path: string): Promise<void> {
    const { resumeRun } = await import('../../src/dashboard/launch-run.ts');
    await resumeRun(path, this.runtime());
    this.log.info(`resumed ${path}`);
    await this.look();
  }

  /** Begins a new run beside `run`, from its last checkpoint, with `settings` (`key=value`); gives its directory. */
  async fork(run: Run, settings: readonly string[]): Promise<string> {
    const { launchRun } = await import('../../src/dashboard/launch-run.ts');
    const { unusedPath } = await import('../../src/runs/directory/directory.ts');
    const path = resolve(await unusedPath(run.teacher, dirname(run.path)));
    const set = settings.flatMap((setting) => ['--set', setting]);
    await launchRun(path, ['distill', '--fork', run.path, '--out', path, ...set], this.runtime());
    this.log.info(`forked ${run.path} to ${path}`);
    if (!run.folder) await this.attach(path);
    await this.look();
    return path;
  }

  dispose(): void {
    this.watch.dispose();
    this.changed.dispose();
  }

  private async lookOnce(): Promise<void> {
    const { listRuns, summariseRun } = await import('../../src/runs/directory/list.ts');
    const here = await Promise.all(
      this.directories().map(async ({ folder, path }) => {
        const runs = await listRuns(path).catch((error: unknown) => this.warn(messageOf(error)));
        return runs.map((run): Run => ({ ...run, folder }));
      }),
    );
    const paths = this.attached().filter((path) => !here.flat().some((run) => run.path === path));
    const elsewhere = await Promise.all(paths.map((path) => summariseRun(path)));
    const runs = [...here.flat(), ...elsewhere.flatMap((run) => run ?? [])];
    const sorted = runs.sort((a, b) => (a.began < b.began ? 1 : a.began > b.began ? -1 : 0));
    const isSame = JSON.stringify(sorted) === JSON.stringify(this.latest);
    this.latest = sorted;
    if (!isSame) this.changed.fire(sorted);
  }

  /** Once for each message. */
  private warn(message: string): RunSummary[] {
    if (!this.warned.has(message)) this.log.warn(message);
    this.warned.add(message);
    return [];
  }

  private attached(): readonly string[] {
    return this.state.get<readonly string[]>(ATTACHED, []);
  }
}

function runsDirectory(folder: vscode.WorkspaceFolder): string {
  const path = vscode.workspace.getConfiguration('dmd', folder).get<string>('runsDirectory', '.dmd/runs');
  return isAbsolute(path) ? path : join(folder.uri.fsPath, path);
}

/** The engine and the device that somebody has chosen for new runs; nothing for those that are found by trying. */
export const chosenEngine = (): Pick<StartAsk['config'], 'engine' | 'device'> =>
  Object.fromEntries(Object.entries(engineOfSettings()).filter(([, value]) => value !== 'auto'));

function engineOfSettings(): Pick<StartAsk['config'], 'engine' | 'device'> {
  const settings = vscode.workspace.getConfiguration('dmd');
  return {
    engine: settings.get<NonNullable<StartAsk['config']['engine']>>('engine', 'auto'),
    device: settings.get<NonNullable<StartAsk['config']['device']>>('device', 'auto'),
  };
}

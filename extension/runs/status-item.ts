/**
 * One item in the status bar while a run is live: the one that began last, how far and how fast it is.
 */
import * as vscode from 'vscode';
import type { Lab } from '../lab.ts';
import { Pace } from './pace.ts';
import { isLive } from './run-state.ts';
import { statusText, tooltipOf } from './run-text.ts';

/** Milliseconds; a run writes its status once a second. */
const LOOK_EVERY = 1_000;

export function register(lab: Lab): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dmd.run', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('DMD Run');
  const pace = new Pace();
  let shown: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const show = async () => {
    const [run, ...others] = lab.runs.list().filter(isLive);
    if (!run) {
      clearInterval(timer);
      timer = shown = undefined;
      item.hide();
      return;
    }
    timer ??= setInterval(() => void show(), LOOK_EVERY);
    const { readStatus } = await import('../../src/runs/directory/status.ts');
    const status = await readStatus(run.path);
    if (!status) return;
    if (shown !== run.path || status.state === 'paused') pace.forget();
    // not anew every second: VS Code forgets the one before, and a press at that moment would fail
    if (shown !== run.path)
      item.command = { command: 'dmd.openDashboard', title: vscode.l10n.t('Open Dashboard'), arguments: [run.path] };
    shown = run.path;
    pace.add(status.iteration, Date.parse(status.heartbeat));
    item.text = statusText(run, status, pace.speed(status.iterations), others.length);
    item.tooltip = tooltipOf(run);
    item.show();
  };
  const listening = lab.runs.onDidChange(() => void show());
  return vscode.Disposable.from(item, listening, { dispose: () => clearInterval(timer) });
}

/**
 * Open Dashboard, and dashboards that come back with the window.
 */
import * as vscode from 'vscode';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { runArgument } from '../runs/run-argument.ts';
import { Dashboards, VIEW_TYPE } from './panels.ts';
import { runsOfState } from './shown-runs.ts';

export function register(lab: Lab): vscode.Disposable {
  const dashboards = new Dashboards(lab);
  return vscode.Disposable.from(
    dashboards,
    registerCommands(lab, {
      'dmd.openDashboard': async (argument, options) => {
        const run = runArgument(argument) ?? lab.runs.selected;
        const paths = run === undefined ? [] : [run, ...comparedIn(options)];
        // a run of elsewhere becomes known, and what is none is refused
        for (const path of paths) if (!lab.runs.find(path)) await lab.runs.attach(path);
        await dashboards.show(paths);
      },
    }),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state) => {
        await lab.runs.look();
        await dashboards.fill(panel, runsOfState(state));
      },
    }),
  );
}

/** The runs to lay over the first; menus give a second argument of their own. */
function comparedIn(options: unknown): readonly string[] {
  const { compare } = (typeof options === 'object' && options !== null ? options : {}) as { compare?: unknown };
  return Array.isArray(compare) ? compare.filter((path) => typeof path === 'string') : [];
}

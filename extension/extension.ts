/**
 * The extension: each feature is a file whose `register` puts it in place.
 */
import * as vscode from 'vscode';
import type { DmdApi } from './api.ts';
import * as dashboard from './dashboard/register.ts';
import * as distill from './distill/register.ts';
import * as editors from './editors/register.ts';
import * as environment from './environment/register.ts';
import { command, runtime, type Lab } from './lab.ts';
import * as notebooks from './notebooks/register.ts';
import * as results from './results/register.ts';
import * as ends from './runs/ends.ts';
import * as manage from './runs/manage.ts';
import { Runs } from './runs/runs.ts';
import * as statusItem from './runs/status-item.ts';
import * as view from './runs/view.ts';
import { serveApi } from './serve-api.ts';
import * as steering from './steering/register.ts';
import * as tour from './tour/register.ts';

const features = [
  view,
  statusItem,
  ends,
  manage,
  steering,
  results,
  environment,
  dashboard,
  distill,
  editors,
  notebooks,
  tour,
];

export function activate(context: vscode.ExtensionContext): DmdApi {
  const log = vscode.window.createOutputChannel('DMD Lab', { log: true });
  const runs = new Runs(context.workspaceState, log, runtime);
  const lab: Lab = {
    context,
    log,
    runs,
    runtime,
    command,
    openDashboard: async (run, options) => {
      await vscode.commands.executeCommand('dmd.openDashboard', run, options);
    },
    trusted: () => vscode.workspace.isTrusted,
  };
  context.subscriptions.push(log, runs, ...features.map(({ register }) => register(lab)));
  return serveApi(lab);
}

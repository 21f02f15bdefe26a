/**
 * What VS Code's extension host measures of the extension in one window. The environment says where the result goes; the
 * folder's name, whether a run is to be begun or found.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DmdApi } from '../../../extension/api.ts';
import { readStatus } from '../../../src/runs/directory/status.ts';
import { WINDOW_RESULT, WITH_RUN, type WindowResult } from './window-result.ts';

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<DmdApi>('dmd-lab.dmd-lab')!;
  const [began, before] = [performance.now(), process.cpuUsage()];
  const { runs } = await extension.activate();
  const activation = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  const seen = basename(folder) === WITH_RUN ? await follow(runs) : undefined;
  const result: WindowResult = { activation, processor: (user + system) / 1000, run: seen };
  await writeFile(process.env[WINDOW_RESULT]!, JSON.stringify(result));
}

/** Begins a run, unless there is one, and listens until it is told of steps that are taken now. */
async function follow(runs: DmdApi['runs']): Promise<WindowResult['run']> {
  const began = performance.now();
  const found = (await runs.list())[0]?.path;
  const config = { teacher: 'two-modes', steps: 1_000_000 };
  const path = found ?? (await runs.start({ config, preset: 'quick' }));
  const attached = await runs.attach(path);
  const iterations: number[] = [];
  let firstPoint: number | undefined;
  attached.onEvent((event) => {
    if (event.type !== 'step') return;
    firstPoint ??= performance.now() - began;
    iterations.push(event.iteration);
  });
  const { iteration: now, pid } = (await readStatus(path))!;
  while ((iterations.at(-1) ?? 0) <= now) await setTimeout(20);
  attached.dispose();
  const processes = (await readdir(join(path, 'attempts'))).length;
  return { firstPoint: found ? undefined : firstPoint, iterations, pid: pid!, processes };
}

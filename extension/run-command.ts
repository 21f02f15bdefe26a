/**
 * The command line, run for an answer: its words go into the log, its last line is the result.
 */
import { spawn } from 'node:child_process';
import * as vscode from 'vscode';
import { DmdError, failure } from '../src/errors.ts';
import type { Lab } from './lab.ts';

/** Characters of what the command says that are kept. */
const MOST_KEPT = 10_000_000;

/**
 * What `dmd-lab` with `args` and `--json` ends with; `title` is shown while it runs, with a way to cancel it. Undefined when
 * it was cancelled; rejects with the error that it told.
 */
export async function runCommand<Result>(
  lab: Lab,
  args: readonly string[],
  title: string,
): Promise<Result | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const { executable, args: all, env } = lab.command([...args, '--json']);
    lab.log.info(`dmd-lab ${args.join(' ')}`);
    const child = spawn(executable, all, {
      env: { ...process.env, ...env },
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-MOST_KEPT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines) lab.log.info(line);
      if (lines.length > 0) progress.report({ message: lines.at(-1)! });
    });
    const cancelled = token.onCancellationRequested(() => child.kill('SIGINT'));
    const how = await new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(`\`${executable}\` could not be started: ${error.message}`));
      child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    }).finally(() => cancelled.dispose());
    if (token.isCancellationRequested) return undefined;
    return resultOf<Result>(stdout, how);
  });
}

function resultOf<Result>(stdout: string, how: string): Result {
  let result: (Result & { error?: { kind: string; message: string } }) | undefined;
  try {
    result = JSON.parse(stdout.trim().split('\n').at(-1)!) as typeof result;
  } catch {
    throw failure(`\`dmd-lab\` ended without a result (${how}). Its log says more.`);
  }
  if (result?.error) throw new DmdError(result.error.kind === 'usage' ? 'usage' : 'failure', result.error.message);
  return result!;
}

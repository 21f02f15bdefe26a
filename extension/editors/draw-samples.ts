/**
 * A grid of a generator's samples, drawn by `dmd-lab sample` in a process of its own.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../../src/errors.ts';
import type { Lab } from '../lab.ts';

/** Samples in the grid. */
const COUNT = 64;

/** A PNG. Rejects with what the command said, and with an `AbortError` once `signal` is aborted. */
export async function drawSamples(lab: Lab, file: string, signal: AbortSignal): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'dmd-lab-samples-'));
  try {
    const out = join(folder, 'samples.png');
    const { executable, args, env } = lab.command(['sample', file, '--count', String(COUNT), '--out', out, '--json']);
    await new Promise<void>((resolve, reject) => {
      execFile(executable, [...args], { env: { ...process.env, ...env }, signal }, (error, stdout) => {
        if (!error) resolve();
        else reject(error.name === 'AbortError' ? error : failure(saidIn(stdout) ?? error.message, error));
      });
    });
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The error in the last line of the command's words. */
function saidIn(stdout: string): string | undefined {
  try {
    return (JSON.parse(stdout.trim().split('\n').at(-1)!) as { error?: { message?: string } }).error?.message;
  } catch {
    return undefined;
  }
}

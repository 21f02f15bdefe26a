/**
 * Notebooks as Jupyter runs them: by nbconvert, on our kernel, which the command has installed for these tests alone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { inject } from 'vitest';

export interface Notebook {
  readonly cells: readonly NotebookCell[];
}

export interface NotebookCell {
  readonly cell_type: 'code' | 'markdown';
  readonly source: string | readonly string[];
  readonly outputs?: readonly NotebookOutput[];
}

/** As the notebook format has it. */
export interface NotebookOutput {
  readonly output_type: 'stream' | 'display_data' | 'execute_result' | 'error';
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

export interface ExecuteOptions {
  /** Goes on behind a cell that fails. */
  readonly allowErrors?: boolean;
  /** What a cell may take; default: 300. */
  readonly secondsPerCell?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs all cells of the notebook at `path`, in its own folder, and leaves it as it was. Rejects with what nbconvert said. */
export async function executeNotebook(path: string, options: ExecuteOptions = {}): Promise<Notebook> {
  const { allowErrors = false, secondsPerCell = 300, env } = options;
  const folder = mkdtempSync(join(tmpdir(), 'dmd-nbconvert-'));
  try {
    const cli = resolve('dist/cli.js');
    execFileSync(process.execPath, [cli, 'kernel', 'install', '--prefix', folder], { stdio: 'ignore' });
    const preprocessor = [`timeout=${secondsPerCell}`, 'kernel_name=dmd-lab', `allow_errors=${allowErrors}`];
    const args = ['--execute', '--to', 'notebook', '--output-dir', folder, '--output', 'executed'];
    // a file: the kernel writes to the same place, and what is Node.js' own pipe is closed for both when one ends
    const log = openSync(join(folder, 'said'), 'w');
    const child = spawn(
      inject('nbconvert'),
      [
        ...args,
        ...preprocessor.map(
          (text) => `--ExecutePreprocessor.${text.replace('true', 'True').replace('false', 'False')}`,
        ),
        basename(path),
      ],
      {
        cwd: dirname(resolve(path)),
        env: { ...process.env, ...env, JUPYTER_PATH: join(folder, 'share', 'jupyter') },
        stdio: ['ignore', 'ignore', log],
      },
    );
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    closeSync(log);
    if (code !== 0) throw new Error(readFileSync(join(folder, 'said'), 'utf8'));
    return JSON.parse(readFileSync(join(folder, 'executed.ipynb'), 'utf8')) as Notebook;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a notebook of code cells. */
export function writeNotebook(path: string, cells: readonly string[]): void {
  const kernelspec = { name: 'dmd-lab', display_name: 'TypeScript (DMD Lab)', language: 'typescript' };
  const code = cells.map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  }));
  const notebook = { cells: code, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(path, JSON.stringify(notebook));
}

/** Text that may be in parts, as the notebook format has it. */
export const textOf = (text: string | readonly string[] | undefined): string => [text ?? ''].flat().join('');

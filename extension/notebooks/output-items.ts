/**
 * What a kernel shows, as the items of an output in VS Code, and what its file keeps of it.
 */
import * as vscode from 'vscode';
import type { Output } from '../../kernel/protocol.ts';

type Shown = Extract<Output, { type: 'display' | 'update-display' | 'result' }>;

/** One output; `metadata` is what VS Code's own serializer of `.ipynb` reads. */
export function shownOutput(shown: Shown): vscode.NotebookCellOutput {
  const { type, metadata } = shown;
  const kept =
    type === 'result'
      ? { outputType: 'execute_result', executionCount: shown.executionCount, metadata }
      : { outputType: 'display_data', metadata };
  return new vscode.NotebookCellOutput(itemsOf(shown.data), kept);
}

export const streamItem = ({ name, text }: Extract<Output, { type: 'stream' }>): vscode.NotebookCellOutputItem =>
  name === 'stderr' ? vscode.NotebookCellOutputItem.stderr(text) : vscode.NotebookCellOutputItem.stdout(text);

/** An error with its trace, which points into the cell. */
export function errorOutput(
  error: Pick<Extract<Output, { type: 'error' }>, 'name' | 'message' | 'traceback'>,
): vscode.NotebookCellOutput {
  const { name, message, traceback } = error;
  const item = vscode.NotebookCellOutputItem.error({ name, message, stack: traceback.join('\n') });
  const originalError = { ename: name, evalue: message, traceback };
  return new vscode.NotebookCellOutput([item], { outputType: 'error', originalError });
}

/** The forms that something shown comes in, by their MIME types: text, JSON, and bytes as base64. */
export const itemsOf = (data: Readonly<Record<string, unknown>>): vscode.NotebookCellOutputItem[] =>
  Object.entries(data).map(([mime, value]) => new vscode.NotebookCellOutputItem(bytesOf(mime, value), mime));

function bytesOf(mime: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (mime.includes('json')) return Buffer.from(JSON.stringify(value));
  const text = Array.isArray(value) ? value.join('') : String(value);
  return Buffer.from(text, /^(image\/(?!svg)|audio\/|video\/|application\/pdf)/.test(mime) ? 'base64' : 'utf8');
}

/**
 * What TypeScript finds wrong with a cell or a file that it imports, as the error of a cell, with the lines in question.
 */
import type { Diagnostic } from 'tslab/dist/converter';
import { readFileSync } from 'node:fs';
import { dirname, parse, relative, resolve } from 'node:path';
import type { CellError } from './protocol.ts';

/** `diagnostics` of the cell with the number `count`, as if it were the file `file`. */
export function diagnosticsError(
  diagnostics: readonly Diagnostic[],
  code: string,
  count: number,
  file: string,
): CellError {
  const traceback = diagnostics.flatMap((diagnostic) => {
    const path = diagnostic.fileName === undefined ? undefined : resolve(parse(file).root, diagnostic.fileName);
    const source = path === undefined ? code : readFileSync(path, 'utf8');
    const name = path === undefined ? `cell ${count}` : relative(dirname(file), path);
    return describe(diagnostic, source, name);
  });
  return { name: 'TypeScriptError', message: diagnostics[0]!.messageText, traceback };
}

function describe({ start, end, messageText, code }: Diagnostic, source: string, name: string): string[] {
  const line = source.split('\n')[start.line] ?? '';
  const length = end.line === start.line ? Math.max(1, end.character - start.character) : 1;
  const mark = line.slice(0, start.character).replace(/\S/g, ' ') + '~'.repeat(length);
  return [`${name}:${start.line + 1}:${start.character + 1} - TS${code}: ${messageText}`, `  ${line}`, `  ${mark}`];
}

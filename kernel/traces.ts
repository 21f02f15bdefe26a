/**
 * Stack traces that point into what people have written: cells as `cell 3:2:7`, files of the workspace, and the sources of
 * this package; what is between them and Node.js, tslab and this kernel, is left out.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CellError } from './protocol.ts';
import type { SourceMaps } from './instrument.ts';
import { packageRoot } from './home.ts';

interface Written {
  /** How many lines of it were written; what stands behind them calls them. */
  readonly lines: number;
  readonly maps: readonly SourceMap[];
  /** The lines before the code that was compiled. */
  readonly linesBefore: number;
  /** Where the code was written, or what gives it from the source that the map names. */
  readonly name: string | ((source: string) => string);
}

const written = new Map<string, Written>();
const built = join(packageRoot, 'dist') + sep;

/**
 * Tells where the code that runs as `file` was written: `name` is that place, or gives it from the source that the last of
 * `maps` names. Lines that were put before it are `linesBefore`.
 */
export function tellWritten(
  file: string,
  code: string,
  maps: SourceMaps,
  name: Written['name'],
  linesBefore = 0,
): void {
  const lines = code.split('\n').length;
  written.set(file, { lines, maps: maps.map((map) => new SourceMap(map as never)), linesBefore, name });
}

/** Makes every `error.stack` from here on one that points into what people have written. */
export function pointTracesAtSources(hidden: readonly string[]): void {
  Error.prepareStackTrace = (error: unknown, sites) => {
    const shown = sites.filter((site) => {
      const file = site.getFileName() ?? '';
      const calls = (site.getLineNumber() ?? 0) > (written.get(file)?.lines ?? Infinity);
      return file !== '' && !calls && !file.startsWith('node:') && !hidden.some((path) => file.startsWith(path));
    });
    return [headOf(error), ...shown.map((site) => `    at ${place(site)}`)].join('\n');
  };
}

/** What is shown of something that a cell has thrown. */
export function describeError(error: unknown, inspect: (value: unknown) => string): CellError {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: inspect(error) };
  // one without a trace is put in brackets
  const text = inspect(error).replace(/^\[([^]*)\]$/, '$1');
  return { name, message, traceback: (error instanceof Error ? text : `Uncaught ${text}`).split('\n') };
}

/** A name and message as V8 writes them; anything at all may have been thrown. */
function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error as Error);
  } catch {
    return 'Error';
  }
}

function place(site: NodeJS.CallSite): string {
  const file = site.getFileName()!;
  const [line, column] = [site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1];
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const text = site.toString().replace(`${file}:${line}:${column}`, originOf(path, line, column));
  return text
    .replace('Object.<anonymous> ', '')
    .replace(/^(async )?(Proxy|Object)\./, '$1')
    .replace(/^(async )?\((.*)\)$/, '$1$2');
}

/** Where the code at a place, in lines and columns from 1, was written. */
function originOf(path: string, line: number, column: number): string {
  const known = written.get(path) ?? (path.startsWith(built) ? readBuilt(path) : undefined);
  if (!known) return `${path}:${line}:${column}`;
  let [at, source] = [{ line: line - 1, column: column - 1 }, ''];
  for (const map of known.maps) {
    const entry = map.findEntry(at.line, at.column);
    if (!('originalLine' in entry)) return typeof known.name === 'string' ? known.name : `${path}:${line}:${column}`;
    at = { line: entry.originalLine, column: entry.originalColumn };
    source = entry.originalSource;
  }
  const name = typeof known.name === 'string' ? known.name : known.name(source);
  return `${name}:${at.line + 1 - known.linesBefore}:${at.column + 1}`;
}

/** Our own built files, whose maps lie beside them; read when one is in a trace. */
function readBuilt(path: string): Written | undefined {
  try {
    const map: unknown = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
    tellWritten(path, readFileSync(path, 'utf8'), [map], (source) => resolve(dirname(path), source));
  } catch {
    return undefined;
  }
  return written.get(path);
}

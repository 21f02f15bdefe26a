/**
 * tslab's TypeScript, mended from outside: cells are compiled as if they lay in the notebook's folder, may import files from
 * anywhere and packages of any kind, and files are looked at again whenever a cell is compiled, in place of being watched.
 */
import type typescript from '@tslab/typescript-for-tslab';
import type * as converters from 'tslab/dist/converter';
import type { Converter } from 'tslab/dist/converter';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { askedFrom, isOwn, isSettled } from './home.ts';
import { writeOutShorthand } from './shorthand.ts';

export type TypeScript = typeof typescript;

/** The part of tslab that cells can import, and the place where it looks for a way to show something. */
export interface TslabDisplay {
  lastWriteDisplayData: ((content: DisplayData, update: boolean | undefined) => void) | null;
}

export interface DisplayData {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly transient: { readonly display_id?: string };
}

export interface Tslab {
  readonly ts: TypeScript;
  readonly converter: Converter;
  /** The path of the module `tslab`. */
  readonly main: string;
  readonly display: TslabDisplay;
  isCompleteCode(code: string): { completed: boolean; indent?: string };
  /** Sees what has changed in the files that cells have imported. */
  lookAtFiles(): void;
}

/** What TypeScript gives a program that watches, in as far as it is asked here. */
type Host = ReturnType<TypeScript['createWatchCompilerHost']>;
type Transpile = TypeScript['transpileModule'];

/**
 * Loads tslab for a notebook in `folder`. `transpile` takes the place of TypeScript's own for the last step, from ES modules
 * to CommonJS. Throws when tslab or its TypeScript is not there.
 */
export function loadTslab(folder: string, transpile: (ts: TypeScript, original: Transpile) => Transpile): Tslab {
  const require = createRequire(__filename);
  const main = require.resolve('tslab');
  const inTslab = createRequire(main);
  const ts = replaceable(inTslab, '@tslab/typescript-for-tslab') as TypeScript;
  const { transpileModule, createWatchCompilerHost } = ts;
  const files = new WatchedFiles();
  ts.sys.watchFile = (path, listener) => files.add(path, () => listener(path, ts.FileWatcherEventKind.Changed));
  ts.sys.watchDirectory = () => ({ close: () => undefined });
  const watchCompilerHost = (roots: string[], options: typescript.CompilerOptions, ...rest: unknown[]): Host => {
    const types = dirname(dirname(createRequire(inTslab.resolve('./converter')).resolve('@types/node/package.json')));
    const create = createWatchCompilerHost as unknown as (...args: unknown[]) => Host;
    const host = create(roots, { ...options, ...compilerOptions(ts, types) }, ...rest);
    return mended(ts, host, folder, main);
  };
  Object.assign(ts, {
    transpileModule: transpile(ts, transpileModule),
    createWatchCompilerHost: watchCompilerHost,
  });

  const { createConverter, isCompleteCode } = inTslab('./converter') as typeof converters;
  // tslab takes the working directory for the root of all files, and refuses those outside it
  process.chdir(parse(folder).root);
  try {
    const converter = createConverter({ isJS: false, isBrowser: false });
    const display = inTslab('./jupyter') as TslabDisplay;
    return { ts, converter, main, display, isCompleteCode, lookAtFiles: () => files.look() };
  } finally {
    process.chdir(folder);
  }
}

/** The exports of a module with properties that can be set, for all that load it later. */
function replaceable(require: NodeJS.Require, name: string): object {
  const exports = require(name) as object;
  const copy = {};
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    const value: unknown = descriptor.get ? (exports as Record<string, unknown>)[key] : descriptor.value;
    Object.defineProperty(copy, key, { value, configurable: true, enumerable: true, writable: true });
  }
  require.cache[require.resolve(name)]!.exports = copy;
  return copy;
}

const compilerOptions = (ts: TypeScript, typeRoot: string): typescript.CompilerOptions => ({
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  // plain JavaScript beside a notebook is its author's own
  checkJs: false,
  typeRoots: [typeRoot],
  types: ['node'],
  inlineSourceMap: true,
});

function mended(ts: TypeScript, host: Host, folder: string, tslab: string): Host {
  const slashed = (path: string) => path.replaceAll('\\', '/');
  const root = slashed(parse(folder).root);
  const [cell, earlier] = [`${root}__tslab__.ts`, `${root}__prev__.d.ts`];
  writeOutShorthand(ts, host, earlier);
  let cache: typescript.ModuleResolutionCache | undefined;
  host.resolveModuleNameLiterals = (literals, file, redirected, options, source) =>
    literals.map((literal) => {
      const name = literal.text;
      // a definite module, wherever the notebook lies
      if (name === 'tslab')
        return { resolvedModule: { resolvedFileName: slashed(declarationOf(tslab)), extension: '.d.ts' } };
      const asking = file === cell || file === earlier ? join(folder, basename(file)) : file;
      const from = slashed(askedFrom(name, asking));
      cache ??= ts.createModuleResolutionCache(root, (path) => path, options);
      const known = isSettled(from) ? cache : undefined;
      const mode = ts.getModeForUsageLocation(source, literal);
      const found = ts.resolveModuleName(name, from, options, host, known, redirected, mode);
      // our scripts without their types would be compiled anew as if they were the workspace's
      return isOwn(name) && !found.resolvedModule?.resolvedFileName.endsWith('.d.ts')
        ? { resolvedModule: undefined }
        : found;
    });
  // what is in packages stays; elsewhere a file may have come since the last cell
  host.hasInvalidatedResolutions = (path) => !isSettled(path);
  return host;
}

const declarationOf = (script: string): string => resolve(dirname(script), `${basename(script, '.js')}.d.ts`);

/** Files whose changes TypeScript wants to be told of: they are looked at when it matters, and not in between. */
class WatchedFiles {
  readonly #files = new Map<string, { seen: string; readonly listeners: Set<() => void> }>();

  add(path: string, listener: () => void): typescript.FileWatcher {
    const file = this.#files.get(path) ?? { seen: state(path), listeners: new Set() };
    this.#files.set(path, file);
    file.listeners.add(listener);
    return {
      close: () => {
        file.listeners.delete(listener);
        if (file.listeners.size === 0) this.#files.delete(path);
      },
    };
  }

  look(): void {
    for (const [path, file] of this.#files) {
      if (isSettled(path)) continue;
      const now = state(path);
      if (now === file.seen) continue;
      file.seen = now;
      for (const listener of file.listeners) listener();
    }
  }
}

/** Something that differs whenever a file has been written. */
function state(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.mtimeNs} ${stats.size}` : '';
}

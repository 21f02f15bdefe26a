/**
 * What cells import: files of the workspace, compiled with the cell and run anew after an edit; packages, ES modules among
 * them, which are loaded before a cell runs.
 */
import { isAbsolute, dirname, join, relative, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import type { SourceMaps } from './instrument.ts';
import { importFrom, needsImport, requireFrom } from './home.ts';
import { tellWritten } from './traces.ts';
import type { Tslab } from './tslab.ts';

/** `require` of one file, which knows it. */
export interface FileRequire {
  (specifier: string): unknown;
  readonly resolve: NodeJS.RequireResolve;
  readonly file: string;
}

interface WorkspaceFile {
  readonly code: string;
  /** What it has exported, once it has been run. */
  module?: { exports: unknown };
  readonly importers: Set<string>;
}

type Run = (exports: unknown, require: FileRequire, module: object, filename: string, dirname: string) => void;

const extensions = ['', '.js', '.json', '/index.js'];

export class Modules {
  readonly #tslab: Tslab;
  readonly #maps: Map<string, SourceMaps>;
  readonly #files = new Map<string, WorkspaceFile>();
  /** ES modules by who asks and for what; those that could not be loaded say so when they are used. */
  readonly #loaded = new Map<string, { exports: unknown } | { error: unknown }>();

  constructor(tslab: Tslab, maps: Map<string, SourceMaps>) {
    this.#tslab = tslab;
    this.#maps = maps;
  }

  /** Takes files as they are now; those that import them are run anew too. */
  update(outputs: readonly { path: string; data: string }[]): void {
    for (const { path, data } of outputs) {
      this.#forget(path);
      this.#files.set(path, { code: data, importers: this.#files.get(path)?.importers ?? new Set() });
      const from = join('/outDir', relative('/', dirname(path)));
      tellWritten(path, data, this.#maps.get(data) ?? [], (source) => resolve(from, source));
      this.#maps.delete(data);
    }
  }

  /** Loads the ES modules that `code`, and the files that it imports, import at their beginning. */
  async prepare(code: string, file: string, seen = new Set<string>()): Promise<void> {
    for (const { fileName: specifier } of this.#tslab.ts.preProcessFile(code, true, true).importedFiles) {
      const path = this.#find(specifier, file);
      if (path !== undefined) {
        if (seen.has(path)) continue;
        seen.add(path);
        await this.prepare(this.#files.get(path)!.code, path, seen);
      } else if (!this.#loaded.has(key(specifier, file)) && specifier !== 'tslab' && needsImport(specifier, file))
        this.#loaded.set(key(specifier, file), await load(specifier, file));
    }
  }

  /** `require` for the code of `file`. */
  requireFor(file: string): FileRequire {
    const require = (specifier: string) => this.#require(specifier, file);
    return Object.assign(require, { resolve: createRequire(file).resolve, file });
  }

  /** What `import()` gives to the code that has `require`. */
  async import(require: FileRequire, specifier: string): Promise<unknown> {
    const path = this.#find(specifier, require.file);
    if (path !== undefined) await this.prepare(this.#files.get(path)!.code, path);
    if (path !== undefined || specifier === 'tslab') return asNamespace(require(specifier));
    return importFrom(specifier, require.file);
  }

  #require(specifier: string, file: string): unknown {
    if (specifier === 'tslab') return requireFrom(this.#tslab.main, file);
    const path = this.#find(specifier, file);
    if (path !== undefined) return this.#run(path, file);
    const loaded = this.#loaded.get(key(specifier, file));
    if (loaded === undefined) return requireFrom(specifier, file);
    if ('exports' in loaded) return loaded.exports;
    this.#loaded.delete(key(specifier, file));
    throw loaded.error;
  }

  /** The path of a workspace file, as compiled, that `file` means by `specifier`. */
  #find(specifier: string, file: string): string | undefined {
    if (!specifier.startsWith('.') && !isAbsolute(specifier)) return undefined;
    const path = resolve(dirname(file), specifier).replaceAll('\\', '/');
    const bare = path.replace(/\.(tsx?|jsx)$/, '');
    const candidates = [path.replace(/\.(tsx?|jsx)$/, '.js'), ...extensions.map((extension) => bare + extension)];
    return candidates.find((candidate) => this.#files.has(candidate));
  }

  #run(path: string, importer: string): unknown {
    const file = this.#files.get(path)!;
    file.importers.add(importer);
    if (file.module) return file.module.exports;
    const module = (file.module = { exports: {} });
    const wrapped = `(function (exports, require, module, __filename, __dirname) { ${file.code}\n})`;
    try {
      const run = runInThisContext(wrapped, {
        filename: path,
        displayErrors: false,
        columnOffset: -wrapped.indexOf(file.code),
      }) as Run;
      run(module.exports, this.requireFor(path), module, path, dirname(path));
    } catch (error) {
      delete file.module;
      throw error;
    }
    return module.exports;
  }

  #forget(path: string): void {
    const file = this.#files.get(path);
    if (!file?.module) return;
    delete file.module;
    for (const importer of file.importers) this.#forget(importer);
  }
}

/** `import.meta` of the code that has `require`. */
export const metaOf = ({ file }: FileRequire): object => ({
  url: pathToFileURL(file).href,
  filename: file,
  dirname: dirname(file),
});

const key = (specifier: string, file: string): string => `${specifier}\n${dirname(file)}`;

async function load(specifier: string, file: string): Promise<{ exports: unknown } | { error: unknown }> {
  try {
    return { exports: asCommonJs(await importFrom(specifier, file)) };
  } catch (error) {
    return { error };
  }
}

/** An ES module in the form that TypeScript's CommonJS expects, with `default` as it is. */
function asCommonJs(namespace: object): object {
  const exports = Object.defineProperty({}, '__esModule', { value: true });
  for (const name of Object.keys(namespace)) {
    const get = () => (namespace as Record<string, unknown>)[name];
    Object.defineProperty(exports, name, { enumerable: true, get });
  }
  return exports;
}

/** A CommonJS module as `import()` gives it. */
function asNamespace(exports: unknown): unknown {
  const isModule = typeof exports === 'object' && exports !== null && '__esModule' in exports;
  return isModule ? exports : { ...(exports as object), default: exports };
}

/**
 * Where modules are looked for: this package and its TensorFlow.js are always its own, so that a cell, the files beside it
 * and the library have one and the same, with or without a `node_modules`; everything else is looked for from where it is
 * asked for.
 */
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin, Module } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The folder of this package, of which the launcher lies in `dist`. */
export const packageRoot = resolve(__dirname, '..');

/** Whether a file stays as it is while a kernel lives: one of a package, or of this one's build. */
export const isSettled = (path: string): boolean => path.includes('/node_modules/') || path.startsWith(settled);

const settled = `${join(packageRoot, 'dist').replaceAll('\\', '/')}/`;
const own = /^(dmd-lab|@tensorflow\/tfjs-core)(\/|$)/;

export const isOwn = (specifier: string): boolean => own.test(specifier);

/** The file that `specifier` is looked for from, when `file` asks for it. */
export const askedFrom = (specifier: string, file: string): string =>
  isOwn(specifier) ? join(packageRoot, 'any.js') : file;

/** What `require(specifier)` in `file` gives. Throws as Node.js does. */
export const requireFrom = (specifier: string, file: string): unknown =>
  createRequire(askedFrom(specifier, file))(specifier);

/** What `import(specifier)` in `file` gives. Rejects as Node.js does. */
export function importFrom(specifier: string, file: string): Promise<object> {
  const path = askedFrom(specifier, file);
  // only what Node.js takes for a file of its own may import from there
  const asking = new Module(path) as Module & { _compile(code: string, path: string): void };
  asking._compile('module.exports = (specifier) => import(specifier);', path);
  return (asking.exports as (specifier: string) => Promise<object>)(specifier);
}

/** Whether `specifier`, asked for by `file`, is an ES module or nothing that `require` finds. */
export function needsImport(specifier: string, file: string): boolean {
  if (isBuiltin(specifier)) return false;
  try {
    return isEsModule(createRequire(askedFrom(specifier, file)).resolve(specifier));
  } catch {
    return true;
  }
}

function isEsModule(path: string): boolean {
  if (!path.endsWith('.js')) return path.endsWith('.mjs');
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const type = packageType(folder);
    if (type !== undefined || dirname(folder) === folder) return type === 'module';
  }
}

function packageType(folder: string): string | undefined {
  try {
    const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: unknown };
    return typeof type === 'string' ? type : 'commonjs';
  } catch {
    return undefined;
  }
}

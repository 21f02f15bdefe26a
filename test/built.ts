/**
 * The built command, page and extension, made again when a source is younger.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const built = [
  'dist/cli.js',
  'dist/media/dashboard.js',
  'dist/extension.cjs',
  'dist/kernel.cjs',
  'dist/types/index.d.ts',
];

/** Builds what `dist/` is to hold, unless it is younger than all that it is made of. */
export function ensureBuilt(): void {
  if (!isBuilt()) execFileSync(process.execPath, ['scripts/build.mjs']);
}

function isBuilt(): boolean {
  if (!built.every((path) => existsSync(path))) return false;
  const oldest = Math.min(...built.map((path) => statSync(path).mtimeMs));
  return ['src', 'media', 'extension', 'kernel'].every((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.endsWith('.test.ts'))
      .every((name) => statSync(join(folder, name)).mtimeMs < oldest),
  );
}

/**
 * A script of another process that imports what is tested, as Node runs it.
 */
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

/** Writes the TypeScript `contents`, whose imports are seen from the folder `from`, to the file `script`, bundled. */
export function bundleScript(script: string, contents: string, from: string): void {
  buildSync({
    stdin: { contents, resolveDir: resolve(from), loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: script,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}

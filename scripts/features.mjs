// Writes FEATURES.md, the table of kernels by engine, from the engines' own registries.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const outfile = '.cache/features.mjs';
await build({
  entryPoints: ['test/engine/features.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node'],
  banner: { js: "import { createRequire as from } from 'node:module'; const require = from(import.meta.url);" },
  logLevel: 'warning',
});
const { features } = await import(`../${outfile}`);
writeFileSync('FEATURES.md', features());

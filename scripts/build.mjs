// Bundles every entry with esbuild into dist/. Packages stay outside, except tfjs-core's gradient
// registrations: they are ES modules without file extensions, which Node cannot load by itself.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { buildExtension } from './extension.mjs';
import { buildPage } from './page.mjs';

const gradientsInside = {
  name: 'gradients-inside',
  setup(b) {
    b.onResolve({ filter: /^[^./]/ }, (args) => {
      if (args.path.startsWith('@tensorflow/tfjs-core/dist/')) return undefined;
      return { path: args.path, external: true };
    });
  },
};

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    cli: 'src/cli/main.ts',
    helper: 'src/dashboard/helper-process.ts',
    index: 'src/index.ts',
    bench: 'test/bench/main.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  mainFields: ['module', 'main'],
  plugins: [gradientsInside],
  logLevel: 'warning',
});
await buildPage();
await buildExtension();

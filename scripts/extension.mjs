// Bundles the extension into dist/extension.cjs: all of it in one file that VS Code can load at once. Nothing of what
// computes may get into it: training and inference run in processes of their own.
import { build } from 'esbuild';
import { stat } from 'node:fs/promises';

const OUT = 'dist/extension.cjs';
const MOST_BYTES = 400e3;

const nothingHeavy = {
  name: 'nothing-heavy',
  setup(b) {
    // used in names alone, they vanish; what is left of them in the end is a mistake
    b.onResolve({ filter: /^(@tensorflow\/|onnxruntime|@resvg\/)/ }, ({ path }) => ({
      path,
      external: true,
      sideEffects: false,
    }));
  },
};

/** zod brings its messages in fifty languages; ours name what was wrong themselves. */
export const oneLanguage = {
  name: 'one-language',
  setup(b) {
    const contents = "export { default as en } from './en.js';";
    b.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents }));
  },
};

/** Gives esbuild's metafile. */
export async function buildExtension() {
  const { metafile } = await build({
    entryPoints: ['extension/extension.ts'],
    outfile: OUT,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.18',
    // the trash of VS Code itself serves here
    external: ['vscode', 'trash'],
    minify: true,
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    mainFields: ['module', 'main'],
    // zod asks for `navigator`, of which VS Code warns extensions
    define: { 'import.meta.url': 'importMetaUrl', navigator: 'undefined' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [nothingHeavy, oneLanguage],
    metafile: true,
    logLevel: 'warning',
  });
  const heavy = metafile.outputs[OUT].imports.filter(({ path }) => /tensorflow|onnxruntime|resvg/.test(path));
  if (heavy.length > 0) throw new Error(`The extension would load ${heavy.map(({ path }) => path).join(', ')}.`);
  const early = loadedAtOnce(metafile.inputs).filter((path) => /node_modules.(zod|vscode-jsonrpc)\b/.test(path));
  if (early.length > 0) throw new Error(`The extension would load ${early[0]} before it is needed.`);
  const { size } = await stat(OUT);
  if (size > MOST_BYTES) throw new Error(`The extension has ${size} bytes, and at most ${MOST_BYTES} are allowed.`);
  return metafile;
}

/** What the extension loads before it does anything: all that is not behind an `import()`. */
function loadedAtOnce(inputs) {
  const loaded = new Set(['extension/extension.ts']);
  for (const path of loaded)
    for (const { path: imported, kind, external } of inputs[path].imports)
      if (!external && kind !== 'dynamic-import') loaded.add(imported);
  return [...loaded];
}

// Bundles every entry with esbuild into dist/, the packages that they use inside: one file loads sooner than a thousand, and the
// VSIX carries little else. What is outside are `dependencies` in package.json: with binaries or files of their own, or shared
// with whoever imports this package.
import { build } from 'esbuild';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { buildExtension, oneLanguage } from './extension.mjs';
import { notices } from './notices.mjs';
import { buildKernel } from './kernel.mjs';
import { buildPage } from './page.mjs';
import { buildTypes } from './types.mjs';
import { buildRenderer } from './renderer.mjs';

/**
 * Who uses the library makes tensors with tfjs-core too, and it must be the same one. Its gradient registrations are ES modules
 * without file extensions, which Node cannot load by itself, and go inside.
 */
const outside = /^(@tensorflow\/tfjs-core|@resvg\/resvg-js|playwright-core)$/;

const importOutside = {
  name: 'import-outside',
  setup(b) {
    b.onResolve({ filter: outside }, ({ path }) => ({ path, external: true }));
  },
};

/** As `require`, which waits until it is needed: a bundle's imports come before anything of it runs. */
const requireOutside = {
  name: 'require-outside',
  setup(b) {
    b.onResolve({ filter: outside }, ({ path, namespace }) =>
      namespace === 'outside' ? { path, external: true } : { path, namespace: 'outside' },
    );
    b.onLoad({ filter: /.*/, namespace: 'outside' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};

/** `trash` reads where file systems are mounted with parsers required by a name without `.js`, which a bundle does not know. */
const namedParsers = {
  name: 'named-parsers',
  setup(b) {
    b.onLoad({ filter: /procfs[\\/]lib[\\/]parsers\.js$/ }, async ({ path }) => {
      const contents = (await readFile(path, 'utf8')).replace('./parsers/${name}`', './parsers/${name}.js`');
      return { contents, loader: 'js' };
    });
  },
};

/** What packages written for `require` find in their scope. */
const commonJs = [
  "import { createRequire as requireFrom } from 'node:module';",
  "import { fileURLToPath as pathFrom } from 'node:url';",
  'const require = requireFrom(import.meta.url), __filename = pathFrom(import.meta.url);',
].join(' ');

const options = {
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // names stay, for those who read a stack
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  sourcemap: true,
  sourcesContent: false,
  mainFields: ['module', 'main'],
  banner: { js: commonJs },
  metafile: true,
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
const programs = await build({
  ...options,
  entryPoints: { cli: 'src/cli/main.ts', helper: 'src/dashboard/helper/helper-process.ts' },
  plugins: [requireOutside, namedParsers, oneLanguage],
});
const library = await build({
  ...options,
  entryPoints: { index: 'src/index.ts', notebook: 'src/notebook/index.ts' },
  splitting: true,
  plugins: [importOutside, namedParsers, oneLanguage],
});
await build({
  ...options,
  entryPoints: ['test/bench/main.ts'],
  outdir: 'dist/bench',
  splitting: true,
  plugins: [importOutside, namedParsers, oneLanguage],
});
// the programs that `trash` looks for beside itself
for (const name of ['macos-trash', 'windows-trash.exe'])
  await copyFile(`node_modules/trash/lib/${name}`, `dist/${name}`);
await buildPage();
await buildRenderer();
await buildKernel();
await buildTypes();
const extension = await buildExtension();
const inputs = [programs.metafile, library.metafile, extension].flatMap(({ inputs }) => Object.keys(inputs));
await writeFile('dist/licences.txt', await notices(inputs));

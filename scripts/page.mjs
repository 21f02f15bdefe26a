// Bundles the dashboard's page into dist/media: one script, one style sheet and the template around them.
// The licences of what is inside go with it, into the replays that people hand out as well.
import { build } from 'esbuild';
import { copyFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mathPlugin } from './math.mjs';

const OUT = 'dist/media';
/** Bytes of script, style and template before compression. */
const MOST_BYTES = 2e6;

export async function buildPage() {
  const options = {
    entryPoints: { dashboard: 'media/dashboard/main.ts' },
    outdir: OUT,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome110', 'firefox115', 'safari16.4'],
    minify: true,
    legalComments: 'none',
    plugins: [mathPlugin],
    logLevel: 'warning',
  };
  const { metafile } = await build({ ...options, metafile: true, write: false });
  await build({ ...options, footer: { js: await notices(Object.keys(metafile.inputs)) } });
  await copyFile('media/dashboard/dashboard.html', join(OUT, 'dashboard.html'));

  const files = await readdir(OUT);
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(OUT, name))).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > MOST_BYTES) {
    const each = files.map((name, i) => `${name} ${sizes[i]}`).join(', ');
    throw new Error(`The dashboard's page has ${total} bytes, and at most ${MOST_BYTES} are allowed: ${each}.`);
  }
}

/** A comment with the licence of every package that one of the files `inputs` is of. */
async function notices(inputs) {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map(notice));
  return `/*!\n${texts.join('\n\n---\n\n').replaceAll('*/', '* /')}\n*/`;
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  if (!file) throw new Error(`The package ${name}, which the dashboard's page holds, comes without its licence.`);
  return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), 'utf8')).trim()}`;
}

// Bundles the dashboard's page into dist/media: one script, one style sheet and the template around them.
// The licences of what is inside go with it, into the replays that people hand out as well.
import { build } from 'esbuild';
import { copyFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mathPlugin } from './math.mjs';
import { notices } from './notices.mjs';

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
  const licences = await notices(Object.keys(metafile.inputs));
  await build({ ...options, footer: { js: `/*!\n${licences.replaceAll('*/', '* /')}\n*/` } });
  await copyFile('media/dashboard/dashboard.html', join(OUT, 'dashboard.html'));

  const files = await readdir(OUT);
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(OUT, name))).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > MOST_BYTES) {
    const each = files.map((name, i) => `${name} ${sizes[i]}`).join(', ');
    throw new Error(`The dashboard's page has ${total} bytes, and at most ${MOST_BYTES} are allowed: ${each}.`);
  }
}

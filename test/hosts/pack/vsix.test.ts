/**
 * The VSIX of each platform: what it holds, and that the command in this platform's distils where nothing else is.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../built.ts';

/** Binaries by the platforms that they are for; the trash's programs lie beside the command on all. */
const targets = {
  'linux-x64': /(^|\/)linux\/x64\/|resvg-js-linux-x64-gnu\//,
  'linux-arm64': /(^|\/)linux\/arm64\/|resvg-js-linux-arm64-gnu\//,
  'darwin-arm64': /(^|\/)darwin\/arm64\/|resvg-js-darwin-arm64\//,
  'win32-x64': /(^|\/)win32\/x64\/|resvg-js-win32-x64-msvc\//,
};

const folder = mkdtempSync(join(tmpdir(), 'dmd-vsix-'));
afterAll(() => rmSync(folder, { recursive: true }));

for (const [target, platform] of Object.entries(targets))
  test(`${target}: its own binaries alone, and nothing that vsce warns of`, () => {
    ensureBuilt();
    const file = pack(target);
    const entries = unzipSync(file);
    const paths = Object.keys(entries);
    const page = Buffer.from(entries['extension/readme.md']!).toString();
    expect(page).toMatch(/\*\*DMD: Distill Model…\*\*/);
    // VS Code shows this page without the folders that a relative link would lead to
    expect(page.match(/\]\((?!https:)[^)]*\)/g)).toBeNull();
    const binaries = paths.filter((path) => /node_modules\/.*\.(node|so(\.\d+)?|dylib|dll)$/.test(path));
    expect(binaries.filter((path) => !platform.test(path))).toEqual([]);
    for (const name of ['onnxruntime_binding.node', 'resvgjs', 'addon.node'])
      expect(binaries.filter((path) => path.includes(name))).not.toEqual([]);
    for (const path of [
      ...[
        'dist/extension.cjs',
        'dist/cli.js',
        'dist/helper.js',
        'dist/index.js',
        'dist/kernel.cjs',
        'dist/licences.txt',
      ],
      ...['dist/types/index.d.ts', 'dist/media/dashboard.js', 'weights/mnist-teacher.safetensors', 'LICENSE.txt'],
    ])
      expect(paths).toContain(`extension/${path}`);
    expect(paths.filter((path) => /\.map$|\.test\.|dist\/bench|\/src\//.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith('.js')).length).toBeLessThan(100);
    expect(file.length).toBeLessThan(60e6);
  });

test.skipIf(!(`${process.platform}-${process.arch}` in targets))('distils out of the VSIX alone', () => {
  const vsix = unzipSync(pack(`${process.platform}-${process.arch}`));
  for (const [path, bytes] of Object.entries(vsix)) {
    if (path.endsWith('/')) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const config = ['--set', 'steps=20', '--set', 'pairs=64', '--set', 'evaluationSamples=200'];
  const cli = join(folder, 'extension/dist/cli.js');
  const command = [cli, 'distill', '--teacher', 'two-modes', ...config, '--out', 'run'];
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, env, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const { state } = JSON.parse(readFileSync(join(folder, 'run/summary.json'), 'utf8')) as { state: string };
  expect(state).toBe('finished');
  // the font and the drawing of curves are there too
  expect(readFileSync(join(folder, 'run/curves.png')).length).toBeGreaterThan(10_000);
});

function pack(target: string): Uint8Array {
  const out = join(folder, `${target}.vsix`);
  if (!existsSync(out)) execFileSync(process.execPath, ['scripts/package.mjs', '--target', target, '--out', out]);
  return readFileSync(out);
}

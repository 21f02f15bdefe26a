// `npm run package`: a VSIX for this platform, or for the one that `-- --target` names. It is packed in a folder of its own,
// out of what was built and the few packages that are not inside of it, with the binaries of that platform alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { installNode, installTool, npm } from './tools.mjs';

const VSCE = '4.1.0';
/** Those that onnxruntime-node has binaries for. */
const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
/** Folders that hold the binaries of all platforms, each at `<system>/<processor>`. */
const ofAllPlatforms = ['onnxruntime-node/bin/napi-v6', 'zeromq/build'];
/** Packages of dozens of files, of which one is made. */
const ofManyFiles = ['semver/index.js', 'onnxruntime-common/dist/cjs/index.js'];
const MOST_BYTES = 60e6;
const carried = [
  ...['dist', 'weights', 'schema', 'l10n', 'notebooks', 'media/icon.png', 'media/activity-bar.svg'],
  ...['media/language', 'media/walkthrough', 'CHANGELOG.md', 'LICENSE', 'package-lock.json'],
];

const { values } = parseArgs({
  options: { target: { type: 'string', default: `${process.platform}-${process.arch}` }, out: { type: 'string' } },
});
const { target } = values;
if (!targets.includes(target)) {
  console.error(`There is no ONNX Runtime for \`${target}\`: known are ${targets.join(', ')}.`);
  process.exit(2);
}
const [os, cpu] = target.split('-');
const manifest = JSON.parse(await readFile('package.json', 'utf8'));
const out = resolve(values.out ?? `dmd-lab-${target}-${manifest.version}.vsix`);

const stage = resolve('.cache/vsix', target);
await rm(stage, { recursive: true, force: true });
await mkdir(stage, { recursive: true });
const localised = (await readdir('.')).filter((name) => /^package\.nls.*\.json$/.test(name));
for (const path of [...carried, ...localised])
  if (existsSync(path)) await cp(path, join(stage, path), { recursive: true });
for (const name of ['.vscodeignore', 'README.md']) await copyFile(join('extension', name), join(stage, name));
await copyFile('package.json', join(stage, 'package.json'));
npm(['ci', '--omit=dev', '--prefer-offline', `--os=${os}`, `--cpu=${cpu}`], stage);

for (const folder of ofAllPlatforms.map((path) => join(stage, 'node_modules', path)))
  for (const path of await readdir(folder, { recursive: true }))
    if (path.split(sep).length === 2 && path !== join(os, cpu)) await rm(join(folder, path), { recursive: true });
await build({
  entryPoints: ofManyFiles,
  absWorkingDir: join(stage, 'node_modules'),
  outdir: '.',
  outbase: '.',
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  logLevel: 'warning',
});

// what concerns the tree, and not the product
const ofTheTree = ['files', 'scripts', 'devDependencies', 'allowScripts'];
const product = Object.fromEntries(Object.entries(manifest).filter(([key]) => !ofTheTree.includes(key)));
await writeFile(join(stage, 'package.json'), JSON.stringify(product, null, 2));

const [major] = process.versions.node.split('.').map(Number);
const node = major >= 22 ? undefined : await installNode();
const vsce = join(await installTool(`vsce-${VSCE}`, { '@vscode/vsce': VSCE }), 'node_modules/@vscode/vsce/vsce');
const args = ['package', '--target', target, '--out', out, '--allow-missing-repository', '--no-rewrite-relative-links'];
const env = node ? { ...process.env, PATH: `${join(node, 'bin')}:${process.env.PATH}` } : process.env;
const options = { cwd: stage, env, encoding: 'utf8', maxBuffer: 1e8 };
const packed = spawnSync(node ? join(node, 'bin/node') : process.execPath, [vsce, ...args], options);
const warnings = packed.stderr.split('\n').filter((line) => /WARN|ERROR/.test(line));
if (packed.status !== 0 || warnings.length > 0) {
  console.error(packed.status === 0 ? warnings.join('\n') : packed.stderr + packed.stdout);
  process.exit(1);
}
const { size } = await stat(out);
console.log(`${out}: ${(size / 1e6).toFixed(1)} MB, for ${target}`);
if (size > MOST_BYTES) {
  console.error(`It may have ${MOST_BYTES / 1e6} MB at most.`);
  process.exit(1);
}

// `npm run package`: a VSIX for this platform, or for the one that `-- --target` names. It is packed in a folder of its own,
// out of what was built and what the package needs when it runs, with the ONNX Runtime of that platform alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installNode, installTool, npm } from './tools.mjs';

const VSCE = '4.1.0';
/** Those that onnxruntime-node has binaries for. */
const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
const MOST_BYTES = 60e6;
const carried = [
  ...['dist', 'weights', 'schema', 'l10n', 'notebooks', 'media/icon.png', 'media/activity-bar.svg'],
  ...['media/walkthrough', 'media/language', 'README.md', 'CHANGELOG.md', 'LICENSE', 'package-lock.json'],
];
/** vsce's advice to bundle: what VS Code loads is one file; the rest is for the processes that compute. */
const advice = /should bundle your extension|consists of \d+ files/;

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
await copyFile('extension/.vscodeignore', join(stage, '.vscodeignore'));
await copyFile('package.json', join(stage, 'package.json'));
npm(['ci', '--omit=dev', '--prefer-offline', `--os=${os}`, `--cpu=${cpu}`], stage);

const runtimes = join(stage, 'node_modules/onnxruntime-node/bin/napi-v6');
for (const system of await readdir(runtimes))
  for (const processor of await readdir(join(runtimes, system)))
    if (`${system}-${processor}` !== target) await rm(join(runtimes, system, processor), { recursive: true });

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
const warnings = packed.stderr.split('\n').filter((line) => /WARN|ERROR/.test(line) && !advice.test(line));
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

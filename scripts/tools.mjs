// Programs that the project needs and does not depend on, from npm: each set of packages is installed once, at versions that
// are pinned here, into a folder of the user's cache. It is made aside and renamed, so that it is there whole or not at all.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';

const folderOf = (name) => join(envPaths('dmd-lab', { suffix: '' }).cache, 'tools', name);

/**
 * The folder that `packages` (name to version) are installed in; `finish(folder)` does what npm leaves to do; `overrides` are
 * versions of what they depend on.
 */
export async function installTool(name, packages, finish = () => undefined, overrides = {}) {
  const folder = folderOf(name);
  if (existsSync(folder)) return folder;
  console.error(`Installing ${name} into ${folder} …`);
  await mkdir(dirname(folder), { recursive: true });
  const aside = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(aside, 'package.json'), JSON.stringify({ private: true, dependencies: packages, overrides }));
    npm(['install'], aside);
    await finish(aside);
    await rename(aside, folder).catch((error) => {
      // somebody else was faster
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

/** Runs npm in a folder, without scripts of packages; `node` is the Node that it runs with and builds for. */
export function npm(args, cwd, node) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // what npm tells its scripts is about this project, and not about that folder
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  if (node) {
    env.PATH = `${join(node, 'bin')}:${env.PATH}`;
    env.npm_config_nodedir = node;
  }
  const options = args[0] === 'rebuild' ? quiet.slice(1) : quiet;
  execFileSync('npm', [...args, ...options], {
    cwd,
    env,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}

/** Node for programs that refuse this one: the folder above its `bin`. Only npm's Node for Linux is known here. */
export async function installNode(version = '24.21.0') {
  const { platform, arch } = process;
  const major = version.split('.')[0];
  if (platform !== 'linux' || !['x64', 'arm64'].includes(arch))
    throw new Error(`This needs Node ${major}, and ${process.version} runs it: install Node ${major} and try again.`);
  const name = `node-${platform}-${arch}`;
  const folder = await installTool(`${name}-${major}`, { [name]: version });
  return join(folder, 'node_modules', name);
}

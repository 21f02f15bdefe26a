/**
 * Kernelspecs: the folders by which Jupyter knows a kernel. They are written here as Jupyter's own command would, which
 * needs Python.
 */
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { failure, messageOf, usageError } from '../errors.ts';
import { packagePath } from '../paths.ts';

export interface KernelPlace {
  /** Below it, `share/jupyter/kernels`; default: the user's own data. */
  readonly prefix?: string;
  /** What Jupyter calls it: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
}

/** A kernelspec of this package, wherever it was found. */
export interface FoundKernel {
  readonly name: string;
  readonly path: string;
  /** What it starts: Node.js and the launcher. */
  readonly argv: readonly string[];
  /** Those of them that are no longer there. */
  readonly missing: readonly string[];
}

interface Kernelspec {
  readonly argv?: readonly string[];
  readonly metadata?: { readonly 'dmd-lab'?: unknown };
}

/** The path of what starts the kernel. */
export const launcher = (): string => packagePath('dist', 'kernel.cjs');

/** Writes the kernelspec, over one of ours; gives its folder. Throws where something else has that name. */
export async function installKernel(place: KernelPlace): Promise<string> {
  const path = folderOf(place);
  const before = await readSpec(path);
  if (existsSync(path) && !before?.metadata?.['dmd-lab'])
    throw usageError(`There is another kernel in \`${path}\`. Give this one another --name, or take that away.`);
  const spec: Kernelspec & Record<string, unknown> = {
    argv: [process.execPath, launcher(), '--connection-file', '{connection_file}'],
    display_name: 'TypeScript (DMD Lab)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { 'dmd-lab': true },
  };
  const beside = `${path}.${process.pid}`;
  try {
    await mkdir(beside, { recursive: true });
    await writeFile(join(beside, 'kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
    await copyFile(packagePath('media', 'icon.png'), join(beside, 'logo-64x64.png'));
    await copyFile(packagePath('media', 'icon.svg'), join(beside, 'logo-svg.svg'));
    await rm(path, { recursive: true, force: true });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
    throw failure(
      `The kernel could not be written to \`${path}\`: ${messageOf(error)}. Give a folder of yours as --prefix.`,
    );
  }
  return path;
}

/** Takes the kernelspec away; gives its folder. Throws when there is none of ours. */
export async function uninstallKernel(place: KernelPlace): Promise<string> {
  const path = folderOf(place);
  const spec = await readSpec(path);
  if (!spec?.metadata?.['dmd-lab'])
    throw usageError(`There is no kernel of DMD Lab in \`${path}\`. \`dmd-lab kernel list\` shows where there are.`);
  try {
    await rm(path, { recursive: true });
  } catch (error) {
    throw failure(`\`${path}\` could not be taken away: ${messageOf(error)}.`);
  }
  return path;
}

/** Our kernels wherever Jupyter looks for them, and below `prefix`. */
export async function findKernels(prefix?: string): Promise<FoundKernel[]> {
  const searched = [process.env.JUPYTER_PATH?.split(delimiter) ?? [], userData(), systemData()].flat();
  const folders = [...(prefix === undefined ? [] : [join(prefix, 'share', 'jupyter')]), ...searched];
  const found: FoundKernel[] = [];
  for (const folder of new Set(folders.filter(Boolean).map((path) => join(resolve(path), 'kernels'))))
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const { argv = [], metadata } = (await readSpec(path)) ?? {};
      const missing = argv.slice(0, 2).filter((file) => !existsSync(file));
      if (metadata?.['dmd-lab']) found.push({ name, path, argv, missing });
    }
  return found;
}

function folderOf({ prefix, name }: KernelPlace): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name))
    throw usageError(`\`${name}\` is no name for a kernel: it may have letters, digits, \`.\`, \`_\` and \`-\`.`);
  return join(prefix === undefined ? userData() : join(resolve(prefix), 'share', 'jupyter'), 'kernels', name);
}

function userData(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (process.platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  return join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'jupyter');
}

function systemData(): string[] {
  const prefixes = ['VIRTUAL_ENV', 'CONDA_PREFIX'].flatMap((name) => process.env[name] ?? []);
  if (process.platform === 'win32') return [join(process.env.PROGRAMDATA ?? dirname(homedir()), 'jupyter')];
  return [...prefixes, '/usr/local', '/usr'].map((path) => join(path, 'share', 'jupyter'));
}

async function readSpec(path: string): Promise<Kernelspec | undefined> {
  try {
    const spec: unknown = JSON.parse(await readFile(join(path, 'kernel.json'), 'utf8'));
    return typeof spec === 'object' && spec !== null ? spec : undefined;
  } catch {
    return undefined;
  }
}

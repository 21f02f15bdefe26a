/**
 * A real VS Code on a port of its own, with profile, home and extensions in a folder that goes with it.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { endProcesses } from './end-processes.ts';

export interface ServerOptions {
  /** Whether folders are trusted without a question; default: true. */
  readonly trusted?: boolean;
  /** Whether the extension of this tree, as it is built, is installed; default: false. */
  readonly linked?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Server {
  readonly url: string;
  /** What stands behind `vscode-remote://`. */
  readonly authority: string;
  /** Its own folder: home, profile, workspaces. */
  readonly folder: string;
  /** Installs a VSIX. */
  install(vsix: string): Promise<void>;
  /** Ends it, and with it the runs in its folder. */
  stop(): Promise<void>;
}

const settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'git.enabled': false,
  'files.hotExit': 'off',
  'files.autoSave': 'off',
  // the dialogs of the page, which a test can fill in
  'files.simpleDialog.enable': true,
  'window.dialogStyle': 'custom',
};

/** Resolves when it answers. */
export async function startServer({ trusted = true, linked = false, env = {} }: ServerOptions = {}): Promise<Server> {
  const { node, server, place } = inject('host')!;
  const folder = await mkdtemp(join(place, 'vscode-'));
  const [user, extensions, config] = [join(folder, 'user'), join(folder, 'extensions'), join(folder, 'config.yaml')];
  await mkdir(join(user, 'User'), { recursive: true });
  await mkdir(extensions);
  if (linked) await symlink(resolve('.'), join(extensions, 'dmd-lab.dmd-lab-0.0.0'));
  await writeFile(config, '');
  const trust = { 'security.workspace.trust.enabled': !trusted, 'security.workspace.trust.startupPrompt': 'never' };
  await writeFile(join(user, 'User/settings.json'), JSON.stringify({ ...settings, ...trust }));
  const environment = {
    ...process.env,
    HOME: folder,
    XDG_CACHE_HOME: resolve('.cache/vscode/cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_RUNTIME_DIR: folder,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    VSCODE_IPC_HOOK_CLI: '',
    ...env,
  };
  const places = ['--config', config, '--user-data-dir', user, '--extensions-dir', extensions];
  const port = await freePort();
  const args = [
    ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
    ...['--disable-getting-started-override', '--ignore-last-opened'],
    ...(trusted ? ['--disable-workspace-trust'] : []),
  ];
  const child = spawn(node, [server, ...places, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const log = join(folder, 'server.log');
  const words = createWriteStream(log);
  child.stdout.pipe(words, { end: false });
  child.stderr.pipe(words, { end: false });
  const authority = `127.0.0.1:${port}`;
  while (!(await fetch(`http://${authority}/healthz`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null)
      throw new Error(`VS Code ended with ${child.exitCode}: ${await readFile(log, 'utf8')}`);
    await setTimeout(100);
  }
  return {
    url: `http://${authority}`,
    authority,
    folder,
    async install(vsix) {
      const all = [server, ...places, '--install-extension', vsix];
      const installer = spawn(node, all, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [installer.stdout, installer.stderr]) stream.on('data', (data) => (said += String(data)));
      const code = await new Promise((resolve) => installer.once('close', resolve));
      if (code !== 0) throw new Error(`\`${vsix}\` could not be installed: ${said}`);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      words.end();
      await endProcesses(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

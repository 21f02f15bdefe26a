/**
 * Finds or installs a real VS Code and Chromium, and builds the extension and the tests that run inside of it. Where there
 * is none, the tests are skipped with the reason.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../built.ts';
import { provideBrowser } from '../browser.ts';

/** Where a VS Code that needs no desktop is. */
export interface Host {
  /** Chromium's path. */
  readonly browser: string;
  /** The path of the Node that VS Code is built for. */
  readonly node: string;
  /** The path of the script that it starts with. */
  readonly server: string;
  /** Where tests keep what they need only while they run. */
  readonly place: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    host: Host | undefined;
    /** Which VS Code; absent: the current one. */
    vscode?: 'minimum';
  }
}

const INSTALL = 'scripts/vscode-host.mjs';

/** Gives what is to be done after all tests, those that failed among them. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const host = findHost(project.getProvidedContext().vscode ?? 'current');
  project.provide('host', host);
  if (!host) return undefined;
  ensureBuilt();
  await buildForHost('test/hosts/vscode/host/index.ts', '.cache/vscode/host-tests.cjs');
  return guard(host.place);
}

/** Has what the tests leave behind in `place` ended: when what is given back is called, or when this process is killed. */
async function guard(place: string): Promise<() => Promise<void>> {
  const program = '.cache/vscode/guard.cjs';
  await buildForHost('test/hosts/vscode/guard.ts', program);
  const child = spawn(process.execPath, [program, place], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.unref();
  return async () => {
    child.stdin.end();
    if ((await ended) !== 0) throw new Error(`What the tests have left in \`${place}\` could not be ended.`);
  };
}

/** Makes of the module `entry` one that VS Code's extension host can run. */
export async function buildForHost(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

function findHost(version: 'current' | 'minimum'): Host | undefined {
  const browser = provideBrowser('vscode');
  if (!browser) return undefined;
  const installed = spawnSync(process.execPath, [INSTALL, version], { encoding: 'utf8' });
  if (installed.status === 0) {
    const place = mkdtempSync(join(tmpdir(), 'dmd-vscode-'));
    return { browser, place, ...(JSON.parse(installed.stdout) as Pick<Host, 'node' | 'server'>) };
  }
  const why = installed.stderr.trim().split('\n').at(-1);
  console.log(`vscode: skipped, since VS Code could not be installed by \`node ${INSTALL}\`: ${why}`);
  return undefined;
}

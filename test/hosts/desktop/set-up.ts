/**
 * Downloads a VS Code for the desktop. Where that is refused, or there is no desktop, the tests are skipped with the reason.
 */
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import type { TestProject } from 'vitest/node';
import { messageOf } from '../../../src/errors.ts';
import { ensureBuilt } from '../../built.ts';
import { buildForHost } from '../vscode/set-up.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of VS Code's program. */
    desktop: string | undefined;
  }
}

export default async function setUp(project: TestProject): Promise<void> {
  const desktop = await findDesktop();
  project.provide('desktop', desktop);
  if (desktop === undefined) return;
  ensureBuilt();
  await buildForHost('test/hosts/vscode/host/index.ts', '.cache/vscode/host-tests.cjs');
}

async function findDesktop(): Promise<string | undefined> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    console.log('desktop: skipped, since there is no display. `xvfb-run npm run test:desktop` makes one.');
    return undefined;
  }
  try {
    return await downloadAndUnzipVSCode({ version: 'stable', cachePath: '.cache/vscode/desktop', timeout: 30_000 });
  } catch (error) {
    console.log(`desktop: skipped, since VS Code could not be downloaded: ${messageOf(error)}`);
    return undefined;
  }
}

/**
 * Finds Jupyter's nbconvert. On Debian it is installed when that is allowed; where there is none, the tests are skipped with
 * the reason.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../built.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of nbconvert, and why there is none; one of them is empty. */
    nbconvert: string;
    noJupyter: string;
  }
}

const INSTALL = 'apt-get install -y --no-install-recommends jupyter-nbconvert python3-jupyter-client';
/** Debian's own comes first: another Python may have a part of it alone. */
const candidates = ['/usr/bin/jupyter-nbconvert', 'jupyter-nbconvert'];

export default function setUp(project: TestProject): void {
  ensureBuilt();
  let noJupyter = '';
  if (!find()) noJupyter = install();
  if (noJupyter) console.log(`notebooks: skipped, since ${noJupyter}`);
  project.provide('nbconvert', find() ?? '');
  project.provide('noJupyter', noJupyter);
}

const find = (): string | undefined =>
  candidates.find((path) => spawnSync(path, ['--version'], { encoding: 'utf8' }).status === 0);

/** Returns why it cannot be installed, or nothing. */
function install(): string {
  const mayInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!mayInstall) return `there is no jupyter-nbconvert. On Debian, as root: \`${INSTALL}\``;
  console.log(`notebooks: ${INSTALL}`);
  const done = spawnSync('sh', ['-c', `apt-get update -qq && ${INSTALL}`], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return find() ? '' : `\`${INSTALL}\` failed: ${done.stderr.trim().split('\n').at(-1)}`;
}

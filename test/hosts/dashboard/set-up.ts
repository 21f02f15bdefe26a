/**
 * Finds Chromium, which on Debian is installed when that is allowed; builds the page; and records the runs that it is shown.
 * Where there is no Chromium, the tests are skipped with the reason.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../built.ts';
import { recordRuns } from './record.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where Chromium is; empty when there is none. */
    browser: string;
  }
}

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const INSTALL = 'apt-get install -y --no-install-recommends chromium';

export default function setUp(project: TestProject): void {
  const browser = findBrowser() ?? installBrowser() ?? '';
  project.provide('browser', browser);
  if (!browser) return;
  ensureBuilt();
  recordRuns();
}

const findBrowser = (): string | undefined => places.find((path) => path && existsSync(path));

/** Says why there is none when it cannot be installed. */
function installBrowser(): string | undefined {
  const mayInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (mayInstall) {
    console.log(`dashboard: ${INSTALL}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const done = spawnSync('sh', ['-c', `apt-get update -qq && ${INSTALL}`], { encoding: 'utf8', env });
    const installed = findBrowser();
    if (!installed) console.log(`dashboard: skipped, since \`${INSTALL}\` failed: ${done.stderr.trim()}`);
    return installed;
  }
  console.log(
    `dashboard: skipped, since there is no Chromium. On Debian, as root: \`${INSTALL}\`; else name one in CHROMIUM_PATH.`,
  );
  return undefined;
}

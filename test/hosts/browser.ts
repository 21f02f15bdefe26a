/**
 * The Chromium that tests of pages drive, which on Debian is installed when that is allowed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const INSTALL = 'apt-get install -y --no-install-recommends chromium';

/** For `chromium.launch`: no sandbox, since containers have none to offer, and nothing that asks the network. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
];

/** Where Chromium is; where there is none, prints why `suite` is skipped and gives an empty string. */
export function provideBrowser(suite: string): string {
  return findBrowser() ?? installBrowser(suite) ?? '';
}

const findBrowser = (): string | undefined => places.find((path) => path && existsSync(path));

function installBrowser(suite: string): string | undefined {
  const mayInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (mayInstall) {
    console.log(`${suite}: ${INSTALL}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const done = spawnSync('sh', ['-c', `apt-get update -qq && ${INSTALL}`], { encoding: 'utf8', env });
    const installed = findBrowser();
    if (!installed) console.log(`${suite}: skipped, since \`${INSTALL}\` failed: ${done.stderr.trim()}`);
    return installed;
  }
  console.log(
    `${suite}: skipped, since there is no Chromium. On Debian, as root: \`${INSTALL}\`; else name one in CHROMIUM_PATH.`,
  );
  return undefined;
}

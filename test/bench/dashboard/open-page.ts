/**
 * The built dashboard in a Chromium, with what a page is timed by: when a curve was drawn, and how long frames took.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { failure } from '../../../src/errors.ts';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];

/** Within the page: `bench.drawn`, when lines of curves changed, and `bench.frames`, how long frames took, in milliseconds. */
const notes = `
  globalThis.bench = { drawn: [], frames: [] };
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.classList?.contains('js-line'))) bench.drawn.push(performance.now());
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['d'] });
  let last;
  const tick = (now) => {
    if (last !== undefined) bench.frames.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
`;

export interface OpenPage {
  readonly page: Page;
  readonly devtools: CDPSession;
  readonly server: ChildProcess;
  /** When lines were drawn, in milliseconds since 1970. */
  drawn(): Promise<number[]>;
  close(): Promise<void>;
}

/** Opens the dashboard on `run` and resolves when the page is there. A failure when there is no Chromium. */
export async function openPage(run: string): Promise<OpenPage> {
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw failure('There is no Chromium. Name one in CHROMIUM_PATH.');
  const { chromium } = await import('playwright-core');
  const server = spawn(process.execPath, [resolve('dist/cli.js'), 'dashboard', run, '--no-open', '--json', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(server.stdout!, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  await page.addInitScript({ content: notes });
  await page.goto(url);
  return {
    page,
    server,
    devtools: await page.context().newCDPSession(page),
    drawn: () => page.evaluate('bench.drawn.map((at) => performance.timeOrigin + at)'),
    async close() {
      await browser.close();
      server.kill('SIGINT');
      await once(server, 'exit');
    },
  };
}

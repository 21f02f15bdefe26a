/**
 * The real page, served by the real command to a real Chromium, with everything noted that it should not do.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import type { Theme } from '../../../media/dashboard/theme.ts';
import { chromiumArgs } from '../browser.ts';
import { recorded } from './record.ts';

export const themes = ['light', 'dark', 'hc-light', 'hc-dark'] as const satisfies readonly Theme[];
export const screenshots = resolve('.cache/screenshots');

export interface DashboardOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** Where the list of runs is read. */
  readonly directory?: string;
}

export interface Dashboard {
  readonly page: Page;
  /** Errors of the console, of the page's script and of its security policy, so far. */
  readonly errors: readonly string[];
  /** Keeps a picture of the window, or of the whole page, in .cache/screenshots. */
  shoot(name: string, whole?: boolean): Promise<void>;
  /** Ends the server alone. */
  endServer(): Promise<void>;
  close(): Promise<void>;
}

/** Whether there is a Chromium to drive; tests without one are skipped. */
export const hasBrowser = (): boolean => inject('browser') !== '';

let browser: Promise<Browser> | undefined;

/**
 * Opens runs, the first one shown and the others laid over it; none: the list of runs. Resolves when they are there. What
 * the page shows when the test fails is kept in .cache/screenshots/failed, and the page and its server end with the test.
 */
export async function openDashboard(
  runs: string | readonly string[],
  { theme = 'light', width = 1280, height = 900, directory = recorded }: DashboardOptions = {},
): Promise<Dashboard> {
  const paths = typeof runs === 'string' ? [runs] : runs;
  const server = await serve(paths, directory);
  browser ??= launch();
  const context = await (
    await browser
  ).newContext({
    viewport: { width, height },
    colorScheme: theme.endsWith('dark') ? 'dark' : 'light',
    contrast: theme.startsWith('hc') ? 'more' : 'no-preference',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  // a run, its helper and the browser may share two cores
  page.setDefaultTimeout(60_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  const close = async () => {
    await context.close();
    await end(server.process);
  };
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(page, task.name, errors);
    await close();
  });
  await page.goto(server.url);
  await page.waitForSelector('#page:not([aria-busy])');
  if (paths.length > 0) await page.waitForSelector('.top .progress:not([hidden])');
  return {
    page,
    errors,
    async shoot(name, whole = false) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: whole });
    },
    endServer: () => end(server.process),
    close,
  };
}

async function picture(page: Page, test: string, errors: readonly string[]): Promise<void> {
  const path = `${screenshots}/failed/${test.replaceAll(/[^\w-]+/g, '-')}.png`;
  await page.screenshot({ path, timeout: 5_000 }).then(
    () => console.log(`What the page showed: ${path}; its errors: ${JSON.stringify(errors)}`),
    (error: unknown) => console.log(`The page could not be pictured: ${String(error)}`),
  );
}

/** To be called after the tests of a file. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: inject('browser'), args: chromiumArgs });
}

async function serve(paths: readonly string[], directory: string) {
  const args = ['dist/cli.js', 'dashboard', ...paths, '--no-open', '--json', '--dir', directory];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
      const [, found] = /"url":\s*"([^"]+)"/.exec(stdout) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The dashboard ended with ${code}: ${stderr}`)));
  });
  return { url, process: child };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

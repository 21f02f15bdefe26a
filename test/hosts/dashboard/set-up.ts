/**
 * Finds Chromium; builds the page; and records the runs that it is shown. Where there is no Chromium, the tests are skipped
 * with the reason.
 */
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../built.ts';
import { provideBrowser } from '../browser.ts';
import { recordRuns } from './record.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where Chromium is; empty when there is none. */
    browser: string;
  }
}

export default function setUp(project: TestProject): void {
  const browser = provideBrowser('dashboard');
  project.provide('browser', browser);
  if (!browser) return;
  ensureBuilt();
  recordRuns();
}

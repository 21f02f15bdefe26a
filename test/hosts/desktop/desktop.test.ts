/**
 * The extension inside the extension host of a VS Code for the desktop: the very tests of the suite `vscode`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { expect, inject, test } from 'vitest';
import type { HostResult, Suite } from '../vscode/host/index.ts';

const vscodeExecutablePath = inject('desktop');

for (const tests of ['trusted', 'untrusted', 'notebooks'] satisfies Suite[])
  test.skipIf(vscodeExecutablePath === undefined)(`in the desktop's extension host, ${tests}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dmd-desktop-'));
    const [workspace, user, file] = ['workspace', 'user', 'results.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    try {
      mkdirSync(workspace);
      mkdirSync(join(user, 'User'), { recursive: true });
      const settings = { 'security.workspace.trust.startupPrompt': 'never', 'telemetry.telemetryLevel': 'off' };
      writeFileSync(join(user, 'User/settings.json'), JSON.stringify(settings));
      const trust = tests === 'untrusted' ? [] : ['--disable-workspace-trust'];
      await runTests({
        vscodeExecutablePath,
        extensionDevelopmentPath: resolve('.'),
        extensionTestsPath: resolve('.cache/vscode/host-tests.cjs'),
        extensionTestsEnv: { DMD_HOST_TESTS: tests, DMD_HOST_RESULTS: file },
        launchArgs: [workspace, '--user-data-dir', user, '--disable-extensions', ...trust],
      });
      const results = JSON.parse(readFileSync(file, 'utf8')) as HostResult[];
      expect(results).not.toEqual([]);
      expect(results.filter(({ failure }) => failure !== undefined)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });

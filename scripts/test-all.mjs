// Runs the suites that need more than `npm ci`: each is a folder of test/hosts with a vitest.config.ts, whose globalSetup
// installs or finds what the suite needs, or skips its tests with the reason. Prints, last, the sum over these suites and
// over the latest `npm test`.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const suites = ['conformance', 'pack', 'webgpu', 'dashboard', 'notebooks', 'vscode'];

const failed = suites.filter((suite) => {
  const report = `.cache/reports/${suite}.json`;
  rmSync(report, { force: true });
  console.log(`\n> ${suite}`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    `test/hosts/${suite}/vitest.config.ts`,
    ...reporters,
  ];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
});

const { status } = spawnSync(process.execPath, ['scripts/ci-summary.mjs', ...failed], { stdio: 'inherit' });
process.exitCode = status ?? 1;

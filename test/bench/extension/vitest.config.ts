/**
 * What `npm run bench -- extension` measures in VS Code's windows, with what the tests in windows are set up with.
 */
import { mergeConfig } from 'vitest/config';
import base from '../../hosts/vscode/vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  { test: { include: ['test/bench/extension/windows.ts'], testTimeout: 560_000 } },
);

/**
 * `npm run test:desktop`: the tests inside the extension host, in a VS Code for the desktop.
 */
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/hosts/desktop/**/*.test.ts'],
      globalSetup: 'test/hosts/desktop/set-up.ts',
      testTimeout: 300_000,
    },
  }),
);

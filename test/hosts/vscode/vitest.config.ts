import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/hosts/vscode/**/*.test.ts'],
      globalSetup: 'test/hosts/vscode/set-up.ts',
      testTimeout: 120_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 60_000 } },
      // an editor, a browser and a training run at a time are enough for two cores
      maxWorkers: 1,
    },
  }),
);

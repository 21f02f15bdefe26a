import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/hosts/dashboard/**/*.test.ts'],
      globalSetup: 'test/hosts/dashboard/set-up.ts',
      testTimeout: 120_000,
      hookTimeout: 120_000,
      // as long as the browser waits for an element by itself
      expect: { poll: { timeout: 60_000 } },
      // a browser and a training run at a time are enough for two cores
      maxWorkers: 1,
    },
  }),
);

import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/hosts/conformance/**/*.test.ts'],
      globalSetup: 'test/hosts/conformance/set-up.ts',
      testTimeout: 600_000,
    },
  }),
);

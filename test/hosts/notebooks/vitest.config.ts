import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/hosts/notebooks/**/*.test.ts'],
      globalSetup: ['test/hosts/notebooks/set-up.ts', 'test/hosts/webgpu/set-up.ts'],
      testTimeout: 600_000,
    },
  }),
);

import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['test/hosts/pack/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 } }),
);

/**
 * `npm run test:notebooks`: all notebooks of the tour, run from clean in Jupyter with their solutions. The first alone is one of
 * the suite's own tests.
 */
import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  { test: { include: ['test/hosts/notebooks/tour/*.{test,tour}.ts'], testTimeout: 900_000 } },
);

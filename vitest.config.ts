import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'kernel/**/*.test.ts',
      'extension/**/*.test.ts',
      'media/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['test/hosts/**'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // the same numbers with a GPU and without
    env: { DMD_LAB_DEVICE: process.env.DMD_LAB_DEVICE ?? 'cpu' },
    // tfjs-core's gradient registrations are ES modules that Node cannot load by itself; bundled once, not in every file
    deps: { optimizer: { ssr: { enabled: true, include: ['@tensorflow/tfjs-core/dist/register_all_gradients'] } } },
  },
});

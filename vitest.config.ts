import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/hosts/**'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // tfjs-core's gradient registrations are ES modules that Node cannot load by itself
    server: { deps: { inline: [/tfjs-core\/dist\/(?!tf-core\.node)/] } },
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    sequence: { concurrent: false },
    bail: 0,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    setupFiles: ['test/propertySetup.ts'],
    testTimeout: 30_000 * Math.max(Number(process.env['FAST_CHECK_RUNS'] ?? 1), 1),
    maxWorkers: 2,
  },
});

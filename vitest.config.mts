import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    setupFiles: ['test/propertySetup.ts'],
    // Long enough for a busy machine: no test is about how long it takes.
    testTimeout: 120_000 * Math.max(Number(process.env['FAST_CHECK_RUNS'] ?? 1), 1),
    maxWorkers: 2,
  },
});

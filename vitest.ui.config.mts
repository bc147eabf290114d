import { defineConfig } from 'vitest/config';

// The real workbench in a real browser: one server build and one browser for all files, so no file beside another.
export default defineConfig({
  test: {
    include: ['test/ui/**/*.test.ts'],
    globalSetup: ['test/ui/globalSetup.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    // A busy machine can fail a browser where the page is right; what is wrong fails again.
    retry: 1,
  },
});

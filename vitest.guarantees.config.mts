import { defineConfig } from 'vitest/config';

// What the product promises, by attempts to break it: `npm run guarantees`. A promise takes as long as it takes; two at a time.
export default defineConfig({
  test: { include: ['test/guarantees/**/*.test.ts'], setupFiles: ['test/propertySetup.ts'], testTimeout: 3_600_000, hookTimeout: 300_000, maxWorkers: 2 },
});

import { defineConfig } from 'vitest/config';

// The README's pictures, made anew by `npm run screenshots`: no tests, so no part of `npm test`.
export default defineConfig({
  test: { include: ['test/ui/screenshots.ts'], globalSetup: ['test/ui/globalSetup.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});

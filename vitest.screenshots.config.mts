import { mergeConfig } from 'vitest/config';
import ui from './vitest.ui.config.mts';

// The README's pictures, made anew by `npm run screenshots`: no tests, so no part of `npm test`.
const config = mergeConfig(ui, {});
if (config.test) config.test.include = ['test/ui/screenshots.ts'];
export default config;

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { temporaryFolder } from './temporaryFolder.js';

/** Bundles a driver of this folder as the product is bundled, so that a child process can run it under the oldest Node; gives its path. */
export function bundleDriver(name: string): string {
  const outfile = join(temporaryFolder('driver'), `${name}.cjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error',
    define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  return outfile;
}

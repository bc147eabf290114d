// Builds everything that ships into dist/: the extension, the page, the command line (a file per verb, so that one verb
// costs little over bare Node), the workers, and the files that they load beside them.
//   node esbuild.mjs [--watch] [--development]
import { context } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--development');
const dist = join(root, 'dist');

const filesEnding = (folder, ending) => (existsSync(join(root, folder))
  ? readdirSync(join(root, folder)).filter((name) => name.endsWith(ending)).map((name) => join(root, folder, name))
  : []);
const named = (files, into, ending = '.ts') => Object.fromEntries(files.map((file) => [join(into, basename(file, ending)), file]));

const shared = { bundle: true, outdir: dist, minify: !development, sourcemap: development, legalComments: 'none', logLevel: 'warning', absWorkingDir: root };
/** The oldest Node that runs us: the one of VS Code 1.94, and what package.json asks of the command line. */
const host = { ...shared, platform: 'node', target: 'node20', format: 'cjs', external: ['vscode'],
  // ESM-only packages read import.meta.url; CommonJS output needs a stand-in.
  // Its CommonJS form hides its own files from a bundler behind a parameter named require.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } };

const builds = [
  { ...host, entryPoints: { extension: join(root, 'src/extension.ts') } },
  // Here import() of a verb becomes require: Node's ES module loader would cost it 50 ms and 12 MB. Only here, since the
  // grammars' runtime has a variable named require of its own.
  { ...host, entryPoints: { cli: join(root, 'src/cli.ts') }, external: ['vscode', './cli/verbs/*'], supported: { 'dynamic-import': false } },
  { ...host, entryPoints: named(filesEnding('src/cli/verbs', '.ts'), 'cli/verbs') },
  { ...host, entryPoints: named(filesEnding('src/node', '.worker.ts'), '.') },
  { ...shared, platform: 'browser', target: 'es2022', format: 'iife', entryPoints: { webview: join(root, 'webview/main.ts') },
    loader: { '.ttf': 'file' }, assetNames: '[name]' },
].filter((build) => Object.keys(build.entryPoints).length > 0);

if (!watch) rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const contexts = await Promise.all(builds.map((build) => context(build)));
if (watch) {
  await Promise.all(contexts.map((build) => build.watch()));
} else {
  await Promise.all(contexts.map((build) => build.rebuild()));
  await Promise.all(contexts.map((build) => build.dispose()));
}

const grammars = join(root, 'node_modules/@vscode/tree-sitter-wasm/wasm');
const shipped = ['tree-sitter.wasm', ...['typescript', 'tsx', 'javascript', 'python', 'java', 'go', 'c-sharp', 'ruby', 'php', 'rust'].map((language) => `tree-sitter-${language}.wasm`)];
mkdirSync(join(dist, 'grammars'), { recursive: true });
for (const name of shipped) if (existsSync(join(grammars, name))) cpSync(join(grammars, name), join(dist, 'grammars', name));

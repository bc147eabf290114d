import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { temporaryFolder } from './temporaryFolder.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Builds the command line with its verb `write` as the product is built, into a temporary folder; gives the path of `cli.js`. */
export function buildCommandLine(): string {
  const outdir = temporaryFolder('cli');
  const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error', absWorkingDir: root, define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } } as const;
  buildSync({ ...shared, entryPoints: ['src/cli.ts'], outfile: join(outdir, 'cli.js'), external: ['./cli/verbs/*'] });
  buildSync({ ...shared, entryPoints: ['src/cli/verbs/write.ts'], outfile: join(outdir, 'cli/verbs/write.js') });
  buildSync({ ...shared, entryPoints: ['src/node/secrets.worker.ts'], outfile: join(outdir, 'secrets.worker.js') });
  return join(outdir, 'cli.js');
}

/** What a call left. */
export interface Call {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

const environment = (home: string) => ({ ...process.env, SESSION_HANDOFF_HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', HOME: home });

/** Calls the command line and waits for its end. */
export function call(cli: string, home: string, ...args: string[]): Call {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env: environment(home) });
  return { code: status, out: stdout, error: stderr };
}

/** Starts the command line. */
export function start(cli: string, home: string, ...args: string[]): { readonly ended: Promise<Call>; kill(): void } {
  const child = spawn(process.execPath, [cli, ...args], { env: environment(home), stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (error += data.toString()));
  return { ended: new Promise((done) => child.on('close', (code) => done({ code, out, error }))), kill: () => child.kill('SIGKILL') };
}

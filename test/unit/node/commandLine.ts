import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { temporaryFolder } from './temporaryFolder.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Builds the command line with some verbs as the product is built, into a temporary folder; gives the path of `cli.js`.
 * @param workers files of `src/node` that end in `.worker.ts`, without that
 */
export function buildCommandLine(verbs: readonly string[] = ['write'], workers: readonly string[] = ['secrets']): string {
  const outdir = temporaryFolder('cli');
  const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error', absWorkingDir: root, define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } } as const;
  buildSync({ ...shared, entryPoints: ['src/cli.ts'], outfile: join(outdir, 'cli.js'), external: ['./cli/verbs/*'] });
  for (const verb of verbs) buildSync({ ...shared, entryPoints: [`src/cli/verbs/${verb}.ts`], outfile: join(outdir, `cli/verbs/${verb}.js`) });
  for (const worker of workers) buildSync({ ...shared, entryPoints: [`src/node/${worker}.worker.ts`], outfile: join(outdir, `${worker}.worker.js`) });
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
export const call = (cli: string, home: string, ...args: string[]): Call => callWith('', cli, home, ...args);

/** Calls the command line with something on its standard input. */
export function callWith(input: string | Buffer, cli: string, home: string, ...args: string[]): Call {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', input, env: environment(home) });
  return { code: status, out: stdout, error: stderr };
}

/** Starts the command line, its standard input open and silent. */
export function startSilent(cli: string, home: string, ...args: string[]): { readonly ended: Promise<Call>; say(text: string): void } {
  const child = spawn(process.execPath, [cli, ...args], { env: environment(home), stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (error += data.toString()));
  return { ended: new Promise((done) => child.on('exit', (code) => done({ code, out, error }))), say: (text) => child.stdin.write(text) };
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

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { temporaryFolder } from '../unit/node/temporaryFolder.js';
import { root } from './promise.js';

/** The command line as it ships; `npm run guarantees` and `npm test` have built it. */
export const commandLine = join(root, 'dist', 'cli.js');

/** Bundles a driver of this folder as the product is bundled; gives its path. */
export function bundleDriver(name: string): string {
  const outfile = join(temporaryFolder('driver'), `${name}.cjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error',
    define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  return outfile;
}

/** A process that was started, and what it has said so far. */
export interface Running {
  readonly child: ChildProcess;
  out: string;
  error: string;
  /** Its exit code; null when it was killed. */
  readonly ended: Promise<number | null>;
}

/** Starts a Node program with a per-user folder of its own. Our drivers end when their standard input does: no process outlives the tests. */
export function start(home: string, program: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, SESSION_HANDOFF_HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', HOME: home }, stdio: ['pipe', 'pipe', 'pipe'] });
  const running: Running = { child, out: '', error: '', ended: new Promise((done) => child.on('close', (code) => { done(code); })) };
  child.stdout.on('data', (data: Buffer) => (running.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (running.error += data.toString()));
  return running;
}

export const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** Waits until something holds, however long a busy machine takes; false when the process ended before. */
export async function until(running: Running, holds: () => boolean): Promise<boolean> {
  while (!holds()) {
    if (running.child.exitCode !== null || running.child.signalCode !== null) return holds();
    await pause(2);
  }
  return true;
}

/** The entries that a windowDriver says are accepted and synced; a line that it was killed in does not count. */
export const acceptedIn = (out: string): string[] => out.split('\n').slice(0, -1).filter((line) => /^[\w-]+-\d+$/.test(line));

/** All files below a folder by path from there; none when it is missing. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(folder.length + 1));
  } catch {
    return [];
  }
}

/** Files that only live while something is being written: temporary ones and locks. */
export const passing = (folder: string): string[] => filesBelow(folder).filter((name) => /\.(?:tmp|lock|takeover)(?:\/|$)|\.tmp\//.test(name));

/** Makes everything that passes look two hours old, as if nobody had come back for so long. */
export function age(folder: string): void {
  const old = new Date(Date.now() - 7_200_000);
  for (const name of passing(folder)) for (const path of [join(folder, name), dirname(join(folder, name))]) utimesSync(path, old, old);
}

/** The text of a file; '' when there is none. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

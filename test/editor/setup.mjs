// What every front door of this folder needs before it may load a package: only Node's own modules here.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** A step that cannot be carried out, with what the person can do about it. */
export class SetupError extends Error {}

const npmQuiet = ['--no-audit', '--no-fund', '--loglevel=error'];
const started = Date.now();

/** One line of progress on standard error, with the seconds since the start. @param {string} text */
export const progress = (text) => { process.stderr.write(`[${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s] ${text}\n`); };

/**
 * Runs npm and waits for it; its standard output comes back.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] quiet: its messages are dropped
 * @returns {string}
 */
export function npm(args, { cwd = root, env = process.env, quiet = false } = {}) {
  // npm is a .cmd file on Windows, which only a shell starts; every argument is ours.
  return execFileSync('npm', [...args, ...npmQuiet], { cwd, env, encoding: 'utf8', shell: platform() === 'win32', stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'], maxBuffer: 1 << 26 });
}

/** Whether node_modules holds every package of the lock file in its version (packages for other platforms may be missing). */
function installedAsLocked() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const there = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => path === ''
    || (path in there ? there[path].version === version : optional || devOptional || peer));
}

/**
 * Makes the checkout ready to be built: a Node that is new enough, and the packages of the lock file.
 * @throws {SetupError} when that cannot be had
 */
export function ensureInstalled() {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new SetupError(`Node ${process.versions.node} is too old: install Node 20 or later (https://nodejs.org)`);
  if (installedAsLocked()) return;
  const modules = join(root, 'node_modules');
  // npm ci empties the folder first: a link leads to one that others use.
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    progress('node_modules is a link and differs from package-lock.json: left as it is');
    return;
  }
  progress('installing packages (npm ci)');
  try { npm(['ci']); } catch { throw new SetupError('npm ci failed (see above): check the connection to the npm registry and run it again'); }
}

/** Builds dist/. @throws {SetupError} when the build fails */
export function build() {
  try { execFileSync(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }); } catch { throw new SetupError('the build failed (node esbuild.mjs, see above)'); }
}

/** The folder that keeps editors and the sample between runs; SESSION_HANDOFF_CACHE replaces it. */
export function cacheFolder() {
  const { SESSION_HANDOFF_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SESSION_HANDOFF_CACHE) return resolve(SESSION_HANDOFF_CACHE);
  if (platform() === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData/Local'), 'session-handoff', 'Cache');
  if (platform() === 'darwin') return join(homedir(), 'Library/Caches/session-handoff');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'session-handoff');
}

const dayMs = 86_400_000;

/**
 * A folder of the cache, made once: `make` fills a folder beside it, which is then renamed, so that a run that was
 * stopped leaves nothing that looks finished, and of two runs at once the second takes the first one's.
 * @param {string} name
 * @param {(into: string) => void | Promise<void>} make
 * @returns {Promise<string>}
 */
export async function cached(name, make) {
  const cache = cacheFolder();
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  for (const left of readdirSync(cache)) {
    if (left.includes('.making-') && Date.now() - statSync(join(cache, left)).mtimeMs > dayMs) rmSync(join(cache, left), { recursive: true, force: true });
  }
  const making = join(cache, `${name}.making-${process.pid}`);
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making);
  try {
    await make(making);
    try { renameSync(making, folder); } catch (error) { if (!existsSync(folder)) throw error; }
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Runs a program with its output shown, and waits for it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code; 1 when a signal ended it or it could not be started
 */
export const run = (command, args, { cwd = root, env = process.env } = {}) => new Promise((done) => {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  child.on('error', () => done(1));
  child.on('exit', (code) => done(code ?? 1));
});

/** Runs a script of package.json with its output shown. @param {string} script @returns {Promise<number>} its exit code */
export const npmRun = (script) => (platform() === 'win32' ? run('cmd', ['/d', '/c', 'npm', 'run', '--silent', script]) : run('npm', ['run', '--silent', script]));

/**
 * Runs a front door: what it throws as SetupError is one line for the person, and the exit code is non-zero.
 * @param {() => Promise<number>} main
 */
export async function frontDoor(main) {
  try { process.exitCode = await main(); } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}

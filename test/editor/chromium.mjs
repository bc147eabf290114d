// The browser that shows the workbench of VS Code's server build.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { SetupError, progress } from './setup.mjs';

const asRoot = process.getuid?.() === 0;

/** Chromium's arguments. Its sandbox refuses to run as root, so there, and only there, it is off. */
export const chromiumArgs = [...(asRoot ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge', 'msedge'];

const runs = (/** @type {string} */ path) => { try { accessSync(path, constants.X_OK); return true; } catch { return false; } };

/** What `npx playwright-core install chromium` leaves. */
function fromPlaywright() {
  const { PLAYWRIGHT_BROWSERS_PATH, LOCALAPPDATA = '' } = process.env;
  const caches = new Map([['darwin', join(homedir(), 'Library/Caches')], ['win32', LOCALAPPDATA]]);
  const cache = PLAYWRIGHT_BROWSERS_PATH ?? join(caches.get(platform()) ?? join(homedir(), '.cache'), 'ms-playwright');
  if (!existsSync(cache)) return [];
  return readdirSync(cache).filter((name) => name.startsWith('chromium-')).sort().reverse().flatMap((name) => ['chrome-linux/chrome', 'chrome-linux64/chrome',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium', 'chrome-win/chrome.exe', 'chrome-win64/chrome.exe'].map((inside) => join(cache, name, inside)));
}

function usualPlaces() {
  if (platform() === 'darwin') return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  if (platform() === 'win32') {
    return [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((base) => (base
      ? ['Google/Chrome/Application/chrome.exe', 'Chromium/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'].map((inside) => join(base, inside)) : []));
  }
  return ['/usr/bin', '/usr/local/bin', '/usr/lib/chromium', '/opt/google/chrome'].flatMap((folder) => names.map((name) => join(folder, name)));
}

function onPath() {
  const ending = platform() === 'win32' ? '.exe' : '';
  return (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name + ending)));
}

const find = () => [...onPath(), ...usualPlaces(), ...fromPlaywright()].find(runs);

/**
 * The path of a Chromium (Chrome, Edge): the variable CHROMIUM, else found, else installed where that needs no question:
 * as root on Debian and its like.
 * @returns {string}
 * @throws {SetupError} saying what to install
 */
export function ensureChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!runs(named)) throw new SetupError(`CHROMIUM names ${named}, which cannot be run`);
    return named;
  }
  const found = find();
  if (found) return found;
  const how = 'Chromium is missing: install it (Debian, Ubuntu: `sudo apt-get install chromium`; elsewhere Google Chrome, or `npx playwright-core install chromium`), or name one in the variable CHROMIUM';
  if (asRoot && platform() === 'linux' && runs('/usr/bin/apt-get')) {
    progress('installing Chromium (apt-get)');
    const quiet = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: /** @type {['ignore', 'ignore', 'inherit']} */ (['ignore', 'ignore', 'inherit']) };
    try {
      execFileSync('apt-get', ['update', '-qq'], quiet);
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], quiet);
    } catch { throw new SetupError(how); }
    const installed = find();
    if (installed) return installed;
  }
  throw new SetupError(how);
}

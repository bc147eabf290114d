// VS Code's desktop build, where one is installed or can be downloaded.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from './setup.mjs';

const desktopNames = { darwin: ['Visual Studio Code.app', 'Visual Studio Code - Insiders.app'], win32: ['Microsoft VS Code', 'Microsoft VS Code Insiders'] };

/** The Electron program beside a `code` command line, which itself is only a script. @param {string} command */
function programOf(command) {
  const real = realpathSync(command);
  // …/bin/code on Linux and Windows, …/Contents/Resources/app/bin/code on macOS
  const top = dirname(dirname(real));
  return [join(top, 'code'), join(top, 'code-insiders'), join(top, 'Code.exe'), join(top, 'Code - Insiders.exe'), join(top, '../../MacOS/Electron')];
}

function candidates() {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => ['code', 'code-insiders', 'code.cmd'].map((name) => join(folder, name))).filter((path) => existsSync(path));
  const places = platform() === 'darwin'
    ? desktopNames.darwin.flatMap((app) => ['/Applications', join(homedir(), 'Applications')].map((folder) => join(folder, app, 'Contents/MacOS/Electron')))
    : platform() === 'win32'
      ? desktopNames.win32.flatMap((app) => [process.env.PROGRAMFILES, join(process.env.LOCALAPPDATA ?? '', 'Programs')].flatMap((folder) => (folder ? [join(folder, app, 'Code.exe'), join(folder, app, 'Code - Insiders.exe')] : [])))
      : ['/usr/share/code/code', '/usr/share/code-insiders/code-insiders', '/opt/visual-studio-code/code', '/snap/code/current/usr/share/code/code'];
  return [...onPath.flatMap(programOf), ...places];
}

/** Whether a window can be shown: a desktop build ends at once without a display. */
const hasDisplay = () => platform() !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** The version of an installed build, from the product file beside it. @param {string} program */
function versionOf(program) {
  const product = [join(dirname(program), 'resources/app/package.json'), join(dirname(program), '../Resources/app/package.json')].find((path) => existsSync(path));
  return product ? String(JSON.parse(readFileSync(product, 'utf8')).version) : 'of unknown version';
}

/**
 * An installed desktop build that can show a window.
 * @returns {{ program: string, version: string } | null}
 */
export function installedDesktop() {
  if (!hasDisplay()) return null;
  const program = candidates().find((path) => existsSync(path));
  return program ? { program, version: versionOf(program) } : null;
}

/**
 * A desktop build for tests: installed, else downloaded by @vscode/test-electron into the cache; null where neither can be had.
 * SESSION_HANDOFF_EDITOR=server skips it.
 * @returns {Promise<{ program: string, version: string } | null>}
 */
export async function desktopForTests() {
  if (process.env.SESSION_HANDOFF_EDITOR === 'server' || !hasDisplay()) return null;
  const installed = installedDesktop();
  if (installed) return installed;
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  try {
    const program = await downloadAndUnzipVSCode({ version: 'stable', cachePath: join(cacheFolder(), 'desktop'), reporter: new SilentReporter(), timeout: 20_000 });
    return { program, version: versionOf(program) };
  } catch {
    return null;
  }
}

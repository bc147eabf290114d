// VS Code's server build, which runs where the desktop build cannot be had: the workbench in a browser, with the real
// extension host, webviews, git and terminals. It comes from the npm package code-server, without what that adds.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError, cached, npm, progress } from './setup.mjs';

/**
 * The builds that can be had: code-server's version, its VS Code, and the Node that it wants.
 * SESSION_HANDOFF_VSCODE chooses one by name.
 * @type {Record<'newest' | 'oldest', { codeServer: string, vscode: string, node: string, ripgrep?: string }>}
 */
export const builds = {
  newest: { codeServer: '4.139.1', vscode: '1.139.1', node: '24.21.0' },
  // 4.96.4, nearer to engines.vscode, needs a package from GitHub (vscode-proxy-agent); no other lies between. Its ripgrep would fetch
  // the program from there as well: it is taken from the package of later versions.
  oldest: { codeServer: '4.99.3', vscode: '1.99.3', node: '20.20.2', ripgrep: '1.18.0' },
};

const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/deviceid'];

/** @param {string} spec @param {string} into */
function unpack(spec, into) {
  mkdirSync(into, { recursive: true });
  const tarball = npm(['pack', '--silent', spec], { cwd: into }).trim().split('\n').pop() ?? '';
  execFileSync('tar', ['xzf', tarball, '--strip-components=1'], { cwd: into });
  rmSync(join(into, tarball));
}

const succeeds = (/** @type {string} */ command) => { try { execFileSync(command, ['--version'], { stdio: 'ignore' }); return true; } catch { return false; } };

/**
 * The server build and its Node, from the cache or made from the npm registry.
 * @param {keyof typeof builds} [name]
 * @returns {Promise<{ node: string, server: string, vscode: string }>} node: the program; server: the folder of VS Code's server; vscode: its version
 * @throws {SetupError}
 */
export async function ensureServer(name = /** @type {keyof typeof builds} */ (process.env.SESSION_HANDOFF_VSCODE ?? 'newest')) {
  const build = builds[name];
  if (!build) throw new SetupError(`SESSION_HANDOFF_VSCODE is ${name}; there are ${Object.keys(builds).join(', ')}`);
  const system = `${platform() === 'win32' ? 'win' : platform()}-${arch()}`;
  let folder;
  try {
    folder = await cached(`vscode-server-${build.vscode}-${system}`, (into) => {
      const node = join(into, 'node');
      const vscode = join(into, 'server/lib/vscode');
      progress(`fetching VS Code ${build.vscode} (server build) and Node ${build.node}`);
      unpack(`node-${system}@${build.node}`, node);
      unpack(`code-server@${build.codeServer}`, join(into, 'server'));
      const env = { ...process.env, PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH}`, npm_config_nodedir: node };
      progress('installing what the server build needs');
      npm(['install', '--omit=dev', '--ignore-scripts'], { cwd: vscode, env });
      npm(['install', '--omit=dev', '--ignore-scripts'], { cwd: join(vscode, 'extensions'), env });
      if (build.ripgrep) {
        const from = join(into, 'ripgrep');
        unpack(`@vscode/ripgrep-universal@${build.ripgrep}`, from);
        cpSync(join(from, 'bin', `${platform()}-${arch()}`), join(vscode, 'node_modules/@vscode/ripgrep/bin'), { recursive: true });
        rmSync(from, { recursive: true });
      }
      // Only its log files, watchdog and device id: without them it runs all the same.
      if (['make', 'g++', 'python3'].every(succeeds)) {
        progress('building its native modules');
        try { npm(['rebuild', ...nativeModules], { cwd: vscode, env, quiet: true }); } catch { progress('native modules could not be built: going on without them'); }
      }
    });
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`VS Code's server build could not be made for ${system}: ${error instanceof Error ? error.message.split('\n')[0] : error}. It needs the npm registry and tar; or install VS Code from https://code.visualstudio.com`);
  }
  const node = ['node/bin/node', 'node/bin/node.exe'].map((inside) => join(folder, inside)).find((path) => existsSync(path));
  if (!node) throw new SetupError(`${folder} is damaged: delete it and run this again`);
  return { node, server: join(folder, 'server/lib/vscode'), vscode: build.vscode };
}

const freePort = () => new Promise((/** @type {(port: number) => void} */ done, failed) => {
  const probe = createServer();
  probe.on('error', failed);
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
  });
});

/** Settings under which nothing of the editor itself moves, asks or phones. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editor.useModal': 'off',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'window.autoDetectHighContrast': false,
  'window.autoDetectColorScheme': false,
  'editor.accessibilitySupport': 'off',
  'files.simpleDialog.enable': true,
};

/**
 * Settings in which a setting of `quietSettings` is overridden by one given, and trust is said: a folder is trusted
 * unless `trust` is false (then Restricted Mode, without a question).
 * @param {Record<string, unknown>} [settings]
 * @param {boolean} [trust]
 */
export const editorSettings = (settings = {}, trust = true) => ({
  ...quietSettings,
  ...(trust ? { 'security.workspace.trust.enabled': false } : { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' }),
  ...settings,
});

/** The server and the extension hosts that it starts are a group of processes of their own, to be ended together; Windows has no groups. */
const ownGroup = process.platform !== 'win32';

/**
 * Sends a signal to the server and all that it started.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals | 0} signal 0: nothing is sent
 * @returns {boolean} whether one of them is still there
 */
function signalAll(child, signal) {
  if (child.pid === undefined) return false;
  try {
    if (ownGroup) return process.kill(-child.pid, signal);
    return child.exitCode === null && child.kill(signal);
  } catch {
    return false;
  }
}

/**
 * Starts the server build on a free port of 127.0.0.1.
 * @param {{ node: string, server: string }} editor of `ensureServer`
 * @param {{ settings?: Record<string, unknown>, keybindings?: unknown[], env?: NodeJS.ProcessEnv, token?: boolean, data?: string }} [options]
 *   settings: the user's, whole (see `editorSettings`); env: added to this process's; token: asks the browser for a secret;
 *   data: the server's folder, kept after the end (otherwise a temporary one)
 */
export async function startServer({ node, server }, { settings = editorSettings(), keybindings = [], env = {}, token = false, data } = {}) {
  const port = await freePort();
  const folder = data ?? mkdtempSync(join(tmpdir(), 'session-handoff-server-'));
  const user = join(folder, 'data/User');
  mkdirSync(user, { recursive: true });
  /** The user's settings as a page that is opened from now on finds them. @param {Record<string, unknown>} next */
  const setSettings = (next) => { writeFileSync(join(user, 'settings.json'), JSON.stringify(next, null, 2)); };
  setSettings(settings);
  writeFileSync(join(user, 'keybindings.json'), JSON.stringify(keybindings));
  const secret = token ? randomBytes(16).toString('hex') : '';
  const child = spawn(node, [join(server, 'out/server-main.js'),
    '--host', '127.0.0.1', '--port', String(port), ...(token ? ['--connection-token', secret] : ['--without-connection-token']),
    '--accept-server-license-terms', '--server-data-dir', folder, '--telemetry-level', 'off',
    '--enable-smoke-test-driver', // without it the page ignores extensionDevelopmentPath and extensionTestsPath
  ], { detached: ownGroup, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...env } }); // no gallery: nothing is looked up outside
  const killAll = () => { signalAll(child, 'SIGKILL'); };
  process.once('exit', killAll);
  let said = '';
  child.stderr.on('data', (text) => { said = (said + String(text)).slice(-4000); });
  const ended = new Promise((/** @type {(code: number) => void} */ done) => child.on('exit', (code) => done(code ?? 1)));
  await new Promise((/** @type {(nothing: void) => void} */ ready, failed) => {
    child.stdout.on('data', (text) => { if (String(text).includes('listening on')) ready(); });
    child.on('error', failed);
    child.on('exit', (code) => failed(new Error(`VS Code's server ended with ${code}: ${said}`)));
  });
  const stop = async () => {
    signalAll(child, 'SIGTERM');
    const forced = setTimeout(killAll, 5000);
    await ended;
    // Its extension hosts end by themselves, a little later; until then they write into the folders of the tests.
    // (One that was ended and is not collected by the system's first process stays in the group: it is not waited for.)
    for (let waited = 0; waited < 12_000 && signalAll(child, 0); waited += 50) {
      if (waited === 10_000) killAll();
      await sleep(50);
    }
    clearTimeout(forced);
    process.off('exit', killAll);
    if (!data) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  return { url: `http://127.0.0.1:${port}`, secret, data: folder, pid: child.pid, setSettings, ended, stop };
}

/**
 * The page's address. URIs of the extension and its tests have the authority "remote", whatever the port.
 * @param {{ url: string, secret?: string }} server
 * @param {{ workspace?: string, extension?: string, tests?: string }} what workspace: a folder or a .code-workspace file; none: an empty window
 */
export function workbenchUrl({ url, secret = '' }, { workspace, extension, tests }) {
  const payload = [];
  if (extension) payload.push(['extensionDevelopmentPath', `vscode-remote://remote${extension}`]);
  if (tests) payload.push(['extensionTestsPath', `vscode-remote://remote${tests}`]);
  const query = new URLSearchParams();
  if (secret) query.set('tkn', secret);
  if (!workspace) query.set('ew', 'true');
  else query.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);
  query.set('payload', JSON.stringify(payload));
  return `${url}/?${query}`;
}

/**
 * A colour theme of that build: the modern ones lost their word "Default" between releases.
 * @param {{ server: string }} editor
 * @param {string} name as in the settings of VS Code 1.94, such as "Default Dark Modern"
 * @returns {{ id: string, label: string }}
 */
function theme({ server }, name) {
  const folder = join(server, 'extensions/theme-defaults');
  /** @type {{ id: string, label: string }[]} */
  const themes = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).contributes.themes;
  const texts = JSON.parse(readFileSync(join(folder, 'package.nls.json'), 'utf8'));
  const found = [name, name.replace(/^Default /, '')].flatMap((wanted) => themes.filter(({ id }) => id === wanted))[0];
  return { id: found?.id ?? name, label: found ? found.label.replace(/^%(.*)%$/, (label, key) => texts[key] ?? label) : name };
}

/** Its id for the settings. @param {{ server: string }} editor @param {string} name */
export const themeId = (editor, name) => theme(editor, name).id;

/** Its name in the theme picker. @param {{ server: string }} editor @param {string} name */
export const themeLabel = (editor, name) => theme(editor, name).label;

import { createHash, randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readWhole, removeStaleTemporaries, replaceFile } from './atomicFile.js';
import { codeOf, FileError } from './fileError.js';
import { processTag } from './processTag.js';
import { privateFolder, realFolder, userStateFolder } from './userState.js';

/** What an installation of the launcher needs. */
export interface LauncherSource {
  /** The built command line: the folder with `cli.js` and what it loads. */
  readonly dist: string;
  /** The program that runs it: VS Code's own runtime, `process.execPath` of the extension host. */
  readonly runtime: string;
  /** The per-user folder; absent: the platform's. */
  readonly home?: string;
}

/** What of the build the command line needs: not the extension and its page. */
const isPartOfCommandLine = (name: string): boolean => name === 'cli.js' || name === 'cli' || name === 'grammars' || name.endsWith('.worker.js');
/** Files that tell one build from another. */
const telling = ['cli.js', 'cli/verbs/hook.js', 'cli/verbs/resume.js', 'evidence.worker.js'];
/** Copies that were replaced may still run. */
const keepFor = 24 * 60 * 60_000;

/** Where the launcher is, whether it is there or not; on Windows with forward slashes, as a shell there reads it. */
export const launcherPath = (home: string = userStateFolder()): string => join(home, 'session-handoff-hook').replaceAll('\\', '/');

const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const inBatch = (text: string): string => text.replaceAll('%', '%%');

/**
 * The launcher for `sh` (Linux, macOS, and Git Bash on Windows): VS Code's runtime if it is there, else `node`, else nothing;
 * always 0, since agents take other codes for an order.
 */
export function shellLauncher(cli: string, runtime: string, home: string): string {
  return `#!/bin/sh
# Written by Session Handoff at each start of the editor: serves an agent's hooks. Changes are lost.
cli=${shellQuoted(cli)}
runtime=${shellQuoted(runtime)}
SESSION_HANDOFF_HOME=${shellQuoted(home)}
export SESSION_HANDOFF_HOME
unset NODE_OPTIONS
if [ -f "$cli" ]; then
  if [ -x "$runtime" ]; then
    ELECTRON_RUN_AS_NODE=1 "$runtime" "$cli" hook 2>/dev/null
  elif command -v node >/dev/null 2>&1; then
    node "$cli" hook 2>/dev/null
  fi
fi
exit 0
`;
}

/** The same for Windows' own command processor. */
export function batchLauncher(cli: string, runtime: string, home: string): string {
  return [
    '@echo off',
    'rem Written by Session Handoff at each start of the editor: serves an agent\'s hooks. Changes are lost.',
    'chcp 65001 >nul',
    'setlocal',
    `set "cli=${inBatch(cli)}"`,
    `set "runtime=${inBatch(runtime)}"`,
    `set "SESSION_HANDOFF_HOME=${inBatch(home)}"`,
    'set "NODE_OPTIONS="',
    'set "ELECTRON_RUN_AS_NODE=1"',
    'if not exist "%cli%" exit /b 0',
    'if exist "%runtime%" ("%runtime%" "%cli%" hook 2>nul) else (node "%cli%" hook 2>nul)',
    'exit /b 0',
    '',
  ].join('\r\n');
}

/**
 * Puts a copy of the command line and the launcher into the per-user folder, or refreshes them: the extension's own path changes
 * with every version, and the agent's settings name a path that stays. Each is there whole or not at all; several windows may do so.
 * @returns the launcher's path, for `hookCommand`
 * @throws FileError when it cannot be put there
 */
export async function installLauncher({ dist, runtime, home = userStateFolder() }: LauncherSource): Promise<string> {
  await privateFolder(home);
  const copies = await realFolder(await privateFolder(join(home, 'command-line')));
  const name = await fingerprint(dist);
  const copy = join(copies, name);
  if (!(await stat(join(copy, 'cli.js')).then(() => true, () => false))) {
    const making = join(copies, `.session-handoff-${processTag}-${randomBytes(6).toString('hex')}.tmp`);
    try {
      await mkdir(making, { mode: 0o700 });
      for (const part of (await readdir(dist)).filter(isPartOfCommandLine)) await cp(join(dist, part), join(making, part), { recursive: true });
      await rename(making, copy).catch((error: unknown) => {
        // Another window was first: it is the same.
        if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
      });
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  }
  const cli = join(copy, 'cli.js');
  const folder = await realFolder(home);
  const path = launcherPath(folder);
  await put(path, shellLauncher(process.platform === 'win32' ? cli.replaceAll('\\', '/') : cli, process.platform === 'win32' ? runtime.replaceAll('\\', '/') : runtime, folder));
  if (process.platform === 'win32') await put(`${path}.cmd`, batchLauncher(cli, runtime, folder));
  await removeOldCopies(copies, name);
  return launcherPath(home);
}

/** Names a build by its contents, so that a build of the same version that was made anew is another one. */
async function fingerprint(dist: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of telling) hash.update(await readFile(join(dist, ...file.split('/'))));
  return hash.digest('hex').slice(0, 16);
}

async function put(path: string, text: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = await readWhole(path, path);
    if (before && Buffer.from(before.bytes).toString('utf8') === text) break;
    try {
      await replaceFile(path, Buffer.from(text), before?.hash, path, 0o700);
      break;
    } catch (error) {
      if (!(error instanceof FileError) || error.reason !== 'changed' || attempt >= 5) throw error;
    }
  }
  await chmod(path, 0o700).catch(() => undefined);
}

async function removeOldCopies(copies: string, current: string): Promise<void> {
  await removeStaleTemporaries(copies, 'files and folders');
  for (const name of await readdir(copies)) {
    if (name === current || !/^[0-9a-f]{16}$/.test(name)) continue;
    const path = join(copies, name);
    const age = Date.now() - (await stat(path).then(({ mtimeMs }) => mtimeMs, () => Date.now()));
    if (age > keepFor) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

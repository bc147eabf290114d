import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { fileError } from './fileError.js';

/**
 * The one folder of per-user state: drafts, undo records, receipts, snoozes. The variable `SESSION_HANDOFF_HOME` replaces the
 * platform's data folder (env-paths: `~/.local/share/session-handoff`, `~/Library/Application Support/session-handoff`,
 * `%LOCALAPPDATA%\session-handoff\Data`). Absolute; it need not exist yet.
 */
export function userStateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['SESSION_HANDOFF_HOME'];
  return chosen ? resolve(chosen) : envPaths('session-handoff', { suffix: '' }).data;
}

/** Makes a folder that only its user can read, and those above it that are missing. Gives the folder back. */
export async function privateFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    // A folder that an older umask left open is closed; a disk without permissions has none to close.
    await chmod(path, 0o700).catch(() => undefined);
    return path;
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The real path of a folder; of one that is gone, the path as it was given, made absolute. */
export const realFolder = (folder: string): Promise<string> => realpath(folder).catch(() => resolve(folder));

/** A name for a folder in file names: readable, and one for each real path. */
export function nameOfFolder(realPath: string): string {
  const readable = basename(realPath).normalize('NFC').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '').slice(0, 40) || 'folder';
  return `${readable}-${createHash('sha256').update(realPath).digest('hex').slice(0, 16)}`;
}

/**
 * The part of the per-user state that belongs to one workspace folder, by its real path, so that every way to the folder leads
 * to the same state. Made, with private permissions.
 */
export async function folderState(workspaceFolder: string, home: string = userStateFolder()): Promise<string> {
  await privateFolder(home);
  return privateFolder(join(home, 'folders', nameOfFolder(await realFolder(workspaceFolder))));
}

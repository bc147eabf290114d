import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

/** The folder that holds `.claude`, and how the workspace folder lies in it. */
export interface BaseFolder {
  /** Absolute and real. */
  readonly base: string;
  /** The way from there to the workspace folder: POSIX, `''` when they are one, else like `backend`. */
  readonly workspacePath: string;
}

/** Where documents live unless a setting says otherwise. */
export const defaultDocumentsFolder = '.claude/docs';

const isFolder = (path: string) => stat(path).then((entry) => entry.isDirectory(), () => false);
/** What an agent leaves in a folder that it is started in: it tells of no choice where documents belong. */
const isPersonalOnly = (path: string) => readdir(path).then((names) => names.length > 0 && names.every((name) => name === 'settings.local.json'), () => false);
const exists = (path: string) => lstat(path).then(() => true, () => false);

/**
 * The nearest ancestor of the workspace folder that has a `.claude` folder, up to the root of its git repository; else the
 * workspace folder itself. Git is not run: a repository's root is where `.git` lies, which is a file in worktrees and submodules.
 * A `.claude` with nothing in it but the agent's personal settings gives way to another above it: an agent that is started in a part
 * of a repository makes one there. The home folder's `.claude` is the agent's own configuration and counts only when the home folder is the workspace folder.
 * @throws the system's error when the workspace folder does not exist
 */
export async function findBaseFolder(workspaceFolder: string, home: string = homedir()): Promise<BaseFolder> {
  const workspace = await realpath(workspaceFolder);
  const realHome = await realpath(home).catch(() => home);
  const way = (base: string) => relative(base, workspace).split(sep).join('/');
  const candidates: string[] = [];
  for (let folder = workspace; ; folder = dirname(folder)) {
    candidates.push(folder);
    if (await exists(join(folder, '.git'))) break;
    // No repository around it: nothing above the workspace folder belongs to it.
    if (dirname(folder) === folder) return { base: workspace, workspacePath: '' };
  }
  let personal: BaseFolder | undefined;
  for (const base of candidates) {
    if ((base === realHome && base !== workspace) || !(await isFolder(join(base, '.claude')))) continue;
    if (!(await isPersonalOnly(join(base, '.claude')))) return { base, workspacePath: way(base) };
    personal ??= { base, workspacePath: way(base) };
  }
  return personal ?? { base: workspace, workspacePath: '' };
}

/**
 * The root of the repository that a folder is in, without running git: where `.git` lies, as a folder or (worktree, submodule) a file.
 * @returns absolute and real; undefined outside a repository
 */
export async function findRepository(folder: string): Promise<string | undefined> {
  for (let here = await realpath(folder); ; here = dirname(here)) {
    if (await exists(join(here, '.git'))) return here;
    if (dirname(here) === here) return undefined;
  }
}

/** A setting's documents' folder as it may be used, or why it may not. */
export type DocumentsFolderAnswer =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'refused'; readonly reason: 'empty' | 'absolute' | 'outside' | 'generated' | 'git' | 'characters'; readonly message: string };

/**
 * Checks the setting of the documents' folder: a folder below the one that holds `.claude`, never `.claude-project/docs`, which
 * belongs to generated documents. Backslashes count as slashes, since a shared setting may come from Windows. Links are looked
 * at when the folder is used.
 * @returns the folder, POSIX, without `.` parts or a trailing slash
 */
export function checkDocumentsFolder(setting: unknown): DocumentsFolderAnswer {
  const refused = (reason: Extract<DocumentsFolderAnswer, { kind: 'refused' }>['reason'], message: string): DocumentsFolderAnswer => ({ kind: 'refused', reason, message });
  if (setting === undefined) return { kind: 'folder', folder: defaultDocumentsFolder };
  if (typeof setting !== 'string' || setting.trim() === '') return refused('empty', `The documents' folder is empty. Name one like ${defaultDocumentsFolder}.`);
  // Control and bidirectional characters would show another path than the one that is used; the rest is what Windows forbids.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*]/u.test(setting.replace(/^[A-Za-z]:/, ''))) return refused('characters', "The documents' folder holds characters that a folder's name cannot have on every system.");
  const posix = setting.trim().replaceAll('\\', '/');
  if (posix.startsWith('/') || posix.startsWith('~') || /^[A-Za-z]:/.test(posix)) return refused('absolute', `The documents' folder is relative to the folder that holds .claude, like ${defaultDocumentsFolder}.`);
  const parts: string[] = [];
  for (const part of posix.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return refused('outside', "The documents' folder leads out of the folder that holds .claude.");
  }
  // Windows takes trailing dots and spaces of a name away, so `.git.` would be `.git`.
  const plain = parts.map((part) => part.replace(/[. ]+$/, '').toLowerCase());
  if (plain.some((part) => part === '')) return refused('characters', "A part of the documents' folder is only dots or spaces.");
  if (parts.length === 0) return refused('empty', `The documents' folder is a folder below the one that holds .claude, like ${defaultDocumentsFolder}.`);
  if (plain.includes('.git')) return refused('git', "The documents' folder cannot lie in git's own folder.");
  if (plain[0] === '.claude-project') return refused('generated', '.claude-project belongs to documents generated from a PRD; /project-doc-writer writes there. Choose another folder.');
  return { kind: 'folder', folder: parts.join('/') };
}

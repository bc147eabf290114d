import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { connectHooks, disconnectHooks, hookCommand, hooksOfOurs, ourHooks, windowsHookCommand, type HookRecord } from '../core/agentHooks.js';
import { storedFields } from '../core/storedFields.js';
import { readWhole, removeFile, replaceFile, resolveInside } from './atomicFile.js';
import { findRepository } from './baseFolder.js';
import { FileError } from './fileError.js';
import { gitIn } from './gitCommand.js';
import { launcherPath } from './launcher.js';
import { decodeText, encodeText } from './textFile.js';
import { folderState, nameOfFolder, realFolder, userStateFolder } from './userState.js';

/** The agent's personal settings of a folder. */
export const settingsFile = '.claude/settings.local.json';

/** How a folder is connected with the agent. */
export interface Connection {
  /** `other`: hooks of ours are there, but another launcher's or not all of them; `unreadable`: see `reason`. */
  readonly kind: 'connected' | 'disconnected' | 'other' | 'unreadable';
  readonly reason?: string;
}

/** What was done to the settings. */
export type ConnectionChange =
  | { readonly kind: 'changed' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

interface Settings {
  readonly path: string;
  readonly text?: string;
  readonly hash?: string;
}

async function readSettings(base: string): Promise<Settings> {
  const path = await resolveInside(base, join(base, ...settingsFile.split('/')));
  const read = await readWhole(path, settingsFile);
  return read ? { path, text: decodeText(read.bytes, settingsFile), hash: read.hash } : { path };
}

const recordPath = async (base: string, home: string): Promise<string> => join(home, 'folders', nameOfFolder(await realFolder(base)), 'agent-hooks.json');

/** What was done to a folder, so that exactly that can be undone. */
interface ConnectionRecord extends HookRecord {
  /** There was no `.claude` before: an empty one that stays would draw the documents to itself. */
  readonly madeFolder?: boolean;
}

async function readRecord(base: string, home: string): Promise<ConnectionRecord | undefined> {
  const fields = storedFields(await readFile(await recordPath(base, home), 'utf8').catch(() => ''));
  if (!fields) return undefined;
  const { insertions, created, madeFolder } = fields;
  return Array.isArray(insertions) && insertions.every((one) => typeof one === 'string') && typeof created === 'boolean' ? { insertions, created, madeFolder: madeFolder === true } : undefined;
}

async function keepRecord(base: string, record: ConnectionRecord, home: string): Promise<void> {
  const path = join(await realFolder(await folderState(base, home)), 'agent-hooks.json');
  const before = await readWhole(path, path);
  await replaceFile(path, Buffer.from(JSON.stringify(record)), before?.hash, path, 0o600);
}

/** The command of our hooks on this system. */
export const hookCommandHere = (home: string = userStateFolder()): string => (process.platform === 'win32' ? windowsHookCommand : hookCommand)(launcherPath(home));

/**
 * How a folder is connected.
 * @param base the folder that the agent is started in
 */
export async function readConnection(base: string, home: string = userStateFolder()): Promise<Connection> {
  try {
    const { text } = await readSettings(base);
    const hooks = text === undefined ? [] : hooksOfOurs(text);
    if (hooks.length === 0) return { kind: 'disconnected' };
    const command = hookCommandHere(home);
    const isWhole = ourHooks.every(({ event, matcher }) => hooks.some((hook) => hook.event === event && hook.matcher === matcher && hook.command === command));
    return { kind: isWhole ? 'connected' : 'other' };
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Adds our hooks to the agent's personal settings of a folder; the launcher must have been installed. The file is replaced whole,
 * and only if it is still what was read.
 * @param base the folder that the agent is started in
 * @throws FileError when the file cannot be read or written; it is then as it was
 */
export async function connectAgent(base: string, home: string = userStateFolder()): Promise<ConnectionChange> {
  const { path, text, hash } = await readSettings(base);
  const old = await readRecord(base, home);
  const answer = connectHooks(text, hookCommandHere(home), old);
  if (answer.kind !== 'edited') return answer;
  const made = await mkdir(dirname(path), { recursive: true });
  // Kept first: hooks that nobody could take out again to the byte would be worse than a record of none.
  await keepRecord(base, { ...answer.record, madeFolder: made !== undefined || (text !== undefined && old?.madeFolder === true) }, home);
  await replaceFile(path, encodeText(answer.text, settingsFile), hash, settingsFile, 0o600);
  return { kind: 'changed' };
}

/**
 * Takes our hooks out again, to the byte where nobody touched them since; a file that was made for them goes.
 * @throws FileError as `connectAgent`
 */
export async function disconnectAgent(base: string, home: string = userStateFolder()): Promise<ConnectionChange> {
  const { path, text, hash } = await readSettings(base);
  if (text === undefined || hash === undefined) return { kind: 'unchanged' };
  const done = await readRecord(base, home);
  const answer = disconnectHooks(text, done);
  if (answer.kind !== 'edited') return answer;
  if (answer.text === undefined) await removeFile(path, hash, settingsFile);
  else await replaceFile(path, encodeText(answer.text, settingsFile), hash, settingsFile);
  // Not if anything is in it.
  if (answer.text === undefined && done?.madeFolder) await rmdir(dirname(path)).catch(() => undefined);
  const record = await recordPath(base, home);
  const kept = await readWhole(record, record);
  if (kept) await removeFile(record, kept.hash, record);
  return { kind: 'changed' };
}

/** Whether git would show the agent's personal settings as a change of the repository. */
export type IgnoreState =
  /** Outside of a repository, or git is missing: there is nothing to ignore. */
  | { readonly kind: 'noRepository' }
  | { readonly kind: 'ignored' }
  /** The file is in the repository already: hooks in it would be everybody's. */
  | { readonly kind: 'tracked' }
  /** This line in this file would hide it, for this person alone. */
  | { readonly kind: 'missing'; readonly file: string; readonly line: string };

/**
 * Whether a file of ours beside the documents is ignored by git, and what would ignore it: git's own file of personal rules, which
 * no commit holds.
 * @param base the folder that the agent is started in
 * @param path of the file, POSIX, relative to `base`
 */
export async function readIgnoreState(base: string, path: string = settingsFile): Promise<IgnoreState> {
  const root = await findRepository(base);
  if (root === undefined) return { kind: 'noRepository' };
  const fromRoot = await wayFromRoot(root, base, path);
  try {
    const git = gitIn(root, {});
    if ((await git('--literal-pathspecs', 'ls-files', '-z', '--', fromRoot)) !== '') return { kind: 'tracked' };
    // Exit code 1: it is not ignored.
    if ((await git('check-ignore', '--', fromRoot).catch(() => '')) !== '') return { kind: 'ignored' };
    return { kind: 'missing', file: await rulesFile(git, root), line: ignoreLine(fromRoot) };
  } catch {
    return { kind: 'noRepository' };
  }
}

const wayFromRoot = async (root: string, base: string, path: string): Promise<string> => relative(root, join(await realFolder(base), ...path.split('/'))).split(sep).join('/');

/** Git's own file of personal rules, which all worktrees share. */
const rulesFile = async (git: ReturnType<typeof gitIn>, root: string): Promise<string> => resolve(root, (await git('rev-parse', '--git-path', 'info/exclude')).replace(/\r?\n$/, ''));

/** A rule for exactly one path (gitignore, "Pattern format"). */
const ignoreLine = (fromRoot: string): string => `/${fromRoot.replace(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ')}`;

/** Stands above what we add, so that everybody knows where it comes from. */
const ignoreComment = '# Session Handoff: personal settings of the agent';

/**
 * Adds an ignore rule to git's file of personal rules; every other byte stays.
 * @param state `missing`, as `readIgnoreState` gave it
 * @throws FileError when it cannot be written
 */
export async function addIgnoreRule({ file, line }: Extract<IgnoreState, { kind: 'missing' }>): Promise<void> {
  await editRules(file, (text) => {
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    return `${text}${text === '' || text.endsWith('\n') ? '' : eol}${ignoreComment}${eol}${line}${eol}`;
  });
}

/**
 * Removes the rule that was added for a file; a rule that somebody else wrote stays.
 * @param base the folder that the agent is started in
 * @param path as in `readIgnoreState`
 * @returns whether there was one
 * @throws GitFailure without git, FileError when the file cannot be written
 */
export async function removeIgnoreRule(base: string, path: string = settingsFile): Promise<boolean> {
  const root = await findRepository(base);
  if (root === undefined) return false;
  const file = await rulesFile(gitIn(root, {}), root);
  const line = ignoreLine(await wayFromRoot(root, base, path));
  return editRules(file, (text) => {
    for (const eol of ['\r\n', '\n']) {
      const ours = `${ignoreComment}${eol}${line}${eol}`;
      const at = text.indexOf(ours);
      if (at === 0 || (at > 0 && text[at - 1] === '\n')) return text.slice(0, at) + text.slice(at + ours.length);
    }
    return text;
  });
}

/** Edits git's file of personal rules, made if it is missing. Gives whether anything changed. */
async function editRules(file: string, edit: (text: string) => string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(file), { recursive: true });
    const path = join(await realFolder(dirname(file)), 'exclude');
    const before = await readWhole(path, file);
    const text = before ? decodeText(before.bytes, file) : '';
    const after = edit(text);
    if (after === text) return false;
    try {
      await replaceFile(path, encodeText(after, file), before?.hash, file);
      return true;
    } catch (error) {
      if (!(error instanceof FileError) || error.reason !== 'changed' || attempt >= 5) throw error;
    }
  }
}

import { execFile } from 'node:child_process';
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parseGitConfig, type GitConfigValue } from '../core/gitConfig.js';
import type { Here } from '../core/noteLife.js';
import { findGit } from './findGit.js';
import { systemUser } from './noteFields.js';

/** Larger files of git are not looked through here. */
const largest = 16 * 1024 * 1024;
/** How long git may take where it has to be asked, in milliseconds: a hook has a second in all. */
const shortPatience = 400;

function textOf(path: string): string | undefined {
  try {
    const entry = statSync(path);
    return entry.isFile() && entry.size <= largest ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Where git keeps what belongs to this worktree, and what all worktrees share. */
interface GitFolders {
  readonly own: string;
  readonly common: string;
}

/** Finds the git folder of a folder's repository: `.git`, or the folder that a file of this name leads to (worktrees, submodules). */
function gitFolders(folder: string): GitFolders | undefined {
  let here: string;
  try {
    here = realpathSync(folder);
  } catch {
    return undefined;
  }
  for (; ; here = dirname(here)) {
    const found = gitFolderIn(here);
    if (found !== undefined) {
      const common = textOf(join(found, 'commondir'))?.trim();
      return { own: found, common: common ? resolve(found, common) : found };
    }
    if (dirname(here) === here) return undefined;
  }
}

function gitFolderIn(folder: string): string | undefined {
  const path = join(folder, '.git');
  try {
    if (lstatSync(path).isDirectory()) return path;
  } catch {
    return undefined;
  }
  const target = /^gitdir:[ \t]*(.+?)[\r\n]*$/.exec(textOf(path) ?? '')?.[1];
  return target === undefined ? undefined : isAbsolute(target) ? target : resolve(folder, target);
}

const isHash = (text: string | undefined): text is string => text !== undefined && /^[0-9a-f]{40,64}$/.test(text);

/** The commit that a ref names: its own file, else the line of the packed ones. */
function commitOfRef({ own, common }: GitFolders, ref: string): string | undefined {
  if (ref.split('/').includes('..')) return undefined;
  for (const folder of new Set([own, common])) {
    const loose = textOf(join(folder, ...ref.split('/')))?.trim();
    if (isHash(loose)) return loose;
  }
  const packed = textOf(join(common, 'packed-refs')) ?? '';
  const end = ` ${ref}\n`;
  const at = packed.replaceAll('\r\n', '\n').indexOf(end);
  const hash = at < 0 ? undefined : packed.replaceAll('\r\n', '\n').slice(0, at).split('\n').at(-1);
  return isHash(hash) ? hash : undefined;
}

/** What HEAD says; undefined where its files do not tell (the reftable format). */
function readHead(folders: GitFolders): { readonly branch?: string; readonly commit?: string } | undefined {
  const head = textOf(join(folders.own, 'HEAD'))?.trim();
  if (isHash(head)) {
    // A rebase detaches HEAD; git keeps the name of the branch that it is about (git-rebase, rebase-merge/head-name).
    const rebased = ['rebase-merge', 'rebase-apply'].map((name) => textOf(join(folders.own, name, 'head-name'))?.trim()).find((name) => name?.startsWith('refs/heads/'));
    return { commit: head, ...(rebased !== undefined && { branch: rebased.slice('refs/heads/'.length) }) };
  }
  const ref = /^ref:\s*(.+)$/.exec(head ?? '')?.[1];
  if (ref === undefined || ref === 'refs/heads/.invalid') return undefined;
  const commit = commitOfRef(folders, ref);
  return { branch: ref.replace(/^refs\/heads\//, ''), ...(commit !== undefined && { commit }) };
}

/** The files of git's configuration, the one that wins first (git-config, "Files"); undefined: there is none of the kind. */
function* configurations({ own, common }: GitFolders): Generator<readonly GitConfigValue[]> {
  const read = (path: string): readonly GitConfigValue[] => parseGitConfig(textOf(path) ?? '');
  const local = read(join(common, 'config'));
  if (local.some(({ section, key, value }) => section === 'extensions' && key === 'worktreeconfig' && value === 'true')) yield read(join(own, 'config.worktree'));
  yield local;
  const home = (process.platform === 'win32' ? process.env['HOME'] : undefined) ?? homedir();
  yield read(join(home, '.gitconfig'));
  yield read(join(process.env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git', 'config'));
}

/** Name and address as notes have them; undefined where another file than the ones read may say it. */
function readUser(folders: GitFolders): string | undefined {
  let name: string | undefined;
  let email: string | undefined;
  for (const values of configurations(folders)) {
    // Included files may say otherwise: then git is asked.
    if (values.some(({ section }) => section === 'include' || section === 'includeif')) return undefined;
    const last = (wanted: string) => values.findLast(({ section, subsection, key }) => section === 'user' && subsection === undefined && key === wanted)?.value.trim();
    name ??= last('name');
    email ??= last('email');
    if (name !== undefined && email !== undefined) break;
  }
  return name === undefined || email === undefined ? undefined : inOne(name, email);
}

const inOne = (name: string, email: string): string | undefined => [name, email === '' ? '' : `<${email}>`].filter((part) => part !== '').join(' ') || undefined;

/** Asks git itself; '' where it says nothing, is missing or takes too long. It runs nothing that a repository could name. */
function askGit(folder: string, patience: number, ...args: string[]): Promise<string> {
  const program = findGit();
  if (program === undefined) return Promise.resolve('');
  const environment = Object.fromEntries(Object.entries(process.env).filter(([variable]) => !/^GIT_/i.test(variable)));
  return new Promise((done) => {
    execFile(program, ['--no-optional-locks', '-C', folder, ...args], { timeout: patience, windowsHide: true, env: { ...environment, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' } }, (_error, out) => { done(out); });
  });
}

async function askForUser(folder: string, patience: number): Promise<string | undefined> {
  const values = new Map((await askGit(folder, patience, 'config', '--null', '--get-regexp', '^user\\.(name|email)$')).split('\0').map((record): [string, string] => {
    const end = record.indexOf('\n');
    return [record.slice(0, Math.max(0, end)), record.slice(end + 1).trim()];
  }));
  return inOne(values.get('user.name') ?? '', values.get('user.email') ?? '');
}

/**
 * Who works on which branch, as notes say it, without a process of git where its files tell: a hook has no time for one. Git is
 * asked for a user whom included or system-wide files name, and where refs are not files. As everywhere here, variables of the
 * environment (`GIT_DIR`, `GIT_AUTHOR_NAME`) do not count.
 * @param patience milliseconds that git may take where it has to be asked
 * @returns outside of a repository only the author
 */
export async function readHere(folder: string, patience: number = shortPatience): Promise<Here> {
  const folders = gitFolders(folder);
  if (!folders) return { author: systemUser() };
  const head = readHead(folders);
  const [user, branch, commit] = await Promise.all([
    readUser(folders) ?? askForUser(folder, patience),
    head?.branch ?? (head ? '' : askGit(folder, patience, 'symbolic-ref', '--quiet', '--short', 'HEAD').then((answer) => answer.trim())),
    head?.commit ?? (head ? '' : askGit(folder, patience, 'rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD').then((answer) => answer.trim())),
  ]);
  return { author: user ?? systemUser(), ...(branch !== '' && { branch }), ...(isHash(commit) && { commit }) };
}

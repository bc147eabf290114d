import { constants } from 'node:fs';
import { open, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FirstChange, type StatusFile, parseFirstChanges, parseStatus, relativeTo } from '../core/gitStatus.js';
import type { ChangedFile, GitAnswer, GitState, SessionCommit } from '../core/gitState.js';
import { defaultDocumentsFolder, findBaseFolder } from './baseFolder.js';
import { GitFailure, type GitOptions, gitIn } from './gitCommand.js';
import { ownPaths } from './ownPaths.js';

/** What is asked of git. */
export interface GitQuestion extends GitOptions {
  /** The session's start commit: full hash. */
  readonly startCommit?: string;
  /** ISO 8601: older commits are not the session's, even when its start commit is not known or they came by a pull. */
  readonly since?: string;
  /** POSIX, relative to the folder that holds `.claude`; `.claude/docs` if not given. */
  readonly documentsFolder?: string;
  /** More files of ours, relative to the folder that holds `.claude`: they are never "uncommitted work". */
  readonly installed?: readonly string[];
  /** How many files to tell at most; 200 if not given. */
  readonly files?: number;
  /** For how many of them to look for the first changed line; 50 if not given. */
  readonly lines?: number;
  /** How many commits to tell at most; 50 if not given. */
  readonly commits?: number;
}

/**
 * What git says of a workspace folder: of its whole repository, paths relative to the folder. Changes nothing, waits for nobody,
 * runs nothing that a repository names but the clean filters that git needs to compare (Git LFS). Only for trusted folders.
 * @returns why there is no state instead of throwing
 * @throws only the reason of `signal`, when that is aborted
 */
export async function readGit(workspaceFolder: string, question: GitQuestion = {}): Promise<GitAnswer> {
  try {
    return { kind: 'state', state: await stateOf(workspaceFolder, question) };
  } catch (error) {
    question.signal?.throwIfAborted();
    if (error instanceof GitFailure) return { kind: 'unavailable', reason: error.reason, message: error.message };
    return { kind: 'unavailable', reason: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function stateOf(workspaceFolder: string, question: GitQuestion): Promise<GitState> {
  const workspace = await realpath(workspaceFolder).catch((cause: unknown) => {
    throw new GitFailure('noRepository', 'The folder does not exist.', { cause });
  });
  const git = gitIn(workspace, question);
  // Two calls: either answer may hold a line break.
  const [prefix, gitFolder] = await Promise.all([git('rev-parse', '--show-prefix'), git('rev-parse', '--absolute-git-dir')]).then((all) => all.map((one) => one.replace(/\r?\n$/, '')));
  if (prefix === undefined || gitFolder === undefined) throw new GitFailure('failed', 'git gave no answer.');
  const root = resolve(workspace, relativeTo(prefix, '.'));
  const { base } = await findBaseFolder(workspace);
  const documents = question.documentsFolder ?? defaultDocumentsFolder;
  const [status, operation, user, ignored] = await Promise.all([
    git('status', '--porcelain=v2', '-z', '--branch', '--show-stash', '--untracked-files=all', '--find-renames').then(parseStatus),
    operationIn(gitFolder),
    userOf(git),
    git('check-ignore', '--', join(base, ...documents.split('/'), 'TROUBLESHOOTING.md')).then((answer) => answer.trim() !== '', () => false),
  ]);
  const isOwn = ownPaths(root, base, documents, question.installed ?? []);
  const all = status.files.filter(({ path }) => !isOwn(path));
  const told = [...all.filter(({ kind }) => kind === 'conflicted'), ...all.filter(({ kind }) => kind !== 'conflicted')].slice(0, question.files ?? 200);
  const [first, stashes, session] = await Promise.all([
    firstChanges(gitIn(root, question), root, status.head !== undefined, told.slice(0, question.lines ?? 50)),
    status.stashes ?? stashesIn(git, workspace),
    status.head === undefined ? { commits: [], count: 0, paths: [] } : sessionCommits(git, question),
  ]);
  const files = told.map((file): ChangedFile => {
    const change = first.get(file.path);
    return {
      path: relativeTo(prefix, file.path),
      ...(file.from !== undefined && { from: relativeTo(prefix, file.from) }),
      kind: file.kind,
      staged: file.staged,
      unstaged: file.unstaged,
      ...(change && { firstChangedLine: change.line, ...(change.text !== undefined && { lineText: change.text }) }),
    };
  });
  return {
    ...(status.branch !== undefined && { branch: status.branch }),
    ...(status.head !== undefined && { head: status.head }),
    ...(status.upstream && { upstream: status.upstream }),
    files,
    changedCount: all.length,
    stashes,
    ...(operation && { operation }),
    commits: session.commits,
    commitCount: session.count,
    ...(session.paths.length > 0 && { committed: session.paths.filter((path) => !isOwn(path)).map((path) => relativeTo(prefix, path)) }),
    ...(user !== undefined && { user }),
    documentsIgnored: ignored,
  };
}

type Git = ReturnType<typeof gitIn>;

/** Asks for the first changed lines in as few processes as the length of a command line allows (32,767 on Windows). */
async function firstChanges(git: Git, root: string, hasHead: boolean, files: readonly StatusFile[]): Promise<Map<string, FirstChange>> {
  const changes = new Map<string, FirstChange>();
  const tracked = hasHead ? files.filter(({ kind }) => ['modified', 'added', 'renamed', 'conflicted', 'typeChanged'].includes(kind)) : [];
  const batches: string[][] = [[]];
  let length = 0;
  for (const { path, from } of tracked) {
    const paths = from === undefined ? [path] : [path, from];
    length += paths.join(' ').length + 6;
    if (length > 20_000) {
      batches.push([]);
      length = 0;
    }
    batches.at(-1)?.push(...paths);
  }
  await Promise.all(batches.filter((paths) => paths.length > 0).map(async (paths) => {
    const output = await git('--literal-pathspecs', 'diff', '-U0', '--no-color', '--no-ext-diff', '--no-textconv', '--find-renames', '--ignore-submodules=all', 'HEAD', '--', ...paths);
    for (const [path, change] of parseFirstChanges(output)) changes.set(path, change);
  }));
  const wholeFiles = files.filter(({ path, kind }) => kind === 'untracked' || (!hasHead && kind === 'added') || (changes.has(path) && changes.get(path)?.text === undefined));
  await Promise.all(wholeFiles.map(async ({ path }) => {
    const known = changes.get(path);
    const change = await lineOf(join(root, ...path.split('/')), known?.line ?? 1);
    if (change) changes.set(path, change);
    else changes.delete(path);
  }));
  return changes;
}

/** As much of a file as is looked at for one line: 1 MB. */
const readLimit = 1024 * 1024;

/** A line of a text file, or its last one when it is shorter; undefined for links, folders and binary files. */
async function lineOf(path: string, line: number): Promise<FirstChange | undefined> {
  // An untracked link may lead anywhere; it is not followed.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch(() => undefined);
  if (!handle) return undefined;
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(readLimit), 0, readLimit, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes.includes(0)) return undefined;
    const lines = bytes.toString('utf8').replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    const number = bytesRead < readLimit ? Math.min(line, lines.length) : line;
    const text = lines[number - 1]?.trim();
    return { line: number, ...(text !== undefined && { text }) };
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

const exists = (path: string) => stat(path).then(() => true, () => false);

/** Which operation was begun and not finished: git leaves these files in the folder of the worktree (wt-status.c, `wt_status_get_state`). */
async function operationIn(gitFolder: string): Promise<GitState['operation']> {
  const has = (name: string) => exists(join(gitFolder, name));
  if (await has('MERGE_HEAD')) return 'merge';
  if (await has('rebase-apply')) return (await has('rebase-apply/applying')) ? 'am' : 'rebase';
  if (await has('rebase-merge')) return 'rebase';
  if (await has('CHERRY_PICK_HEAD')) return 'cherry-pick';
  if (await has('REVERT_HEAD')) return 'revert';
  // Between two commits of a series only the sequencer knows; its first word says what it does.
  const todo = await readFile(join(gitFolder, 'sequencer', 'todo'), 'utf8').catch(() => '');
  if (/^(pick|p)\b/m.test(todo)) return 'cherry-pick';
  if (/^revert\b/m.test(todo)) return 'revert';
  return (await has('BISECT_LOG')) ? 'bisect' : undefined;
}

async function userOf(git: Git): Promise<string | undefined> {
  // Exit code 1 without a message: neither is set.
  const output = await git('config', '--null', '--get-regexp', '^user\\.(name|email)$').catch(() => '');
  const values = new Map(output.split('\0').flatMap((record): [string, string][] => {
    const end = record.indexOf('\n');
    return end < 0 ? [] : [[record.slice(0, end), record.slice(end + 1).trim()]];
  }));
  const name = values.get('user.name') ?? '';
  const email = values.get('user.email') ?? '';
  return [name, email === '' ? '' : `<${email}>`].filter((part) => part !== '').join(' ') || undefined;
}

/** Before git 2.35 `status` does not tell; the reflog of the stash has one line for each. */
async function stashesIn(git: Git, workspace: string): Promise<number> {
  const common = (await git('rev-parse', '--git-common-dir')).replace(/\r?\n$/, '');
  const log = await readFile(join(resolve(workspace, common), 'logs', 'refs', 'stash'), 'utf8').catch(() => '');
  return log.split('\n').filter((line) => line !== '').length;
}

/** More files of a session's commits are not told. */
const mostCommitted = 2_000;

async function sessionCommits(git: Git, { startCommit, since, commits: most = 50 }: GitQuestion): Promise<{ commits: SessionCommit[]; count: number; paths: string[] }> {
  const start = startCommit !== undefined && /^[0-9a-f]{40,64}$/.test(startCommit) ? startCommit : undefined;
  const time = since === undefined ? Number.NaN : Date.parse(since);
  if (start === undefined && Number.isNaN(time)) return { commits: [], count: 0, paths: [] };
  const range = [
    // Git counts whole seconds: a commit of the second in which the session began may be its own. This form is read
    // exactly (date.c, `match_object_header_date`); others are guessed at, and a future date taken for now.
    ...(Number.isNaN(time) ? [] : [`--since=@${Math.max(0, Math.floor(time / 1000))} +0000`]),
    ...(start === undefined ? ['HEAD'] : [`${start}..HEAD`]),
    '--',
  ];
  try {
    const [log, count, names] = await Promise.all([
      git('log', '-z', `--max-count=${most}`, '--format=%H%x00%aI%x00%an%x00%s%x00%b', '--no-show-signature', ...range),
      git('rev-list', '--count', ...range),
      start === undefined ? '' : git('diff', '--name-only', '-z', '--no-ext-diff', '--no-textconv', '--no-renames', '--ignore-submodules=all', start, 'HEAD', '--'),
    ]);
    const fields = log.split('\0');
    const commits: SessionCommit[] = [];
    for (let index = 0; index + 4 < fields.length; index += 5) {
      const [hash = '', at = '', author = '', subject = '', body = ''] = fields.slice(index, index + 5);
      commits.push({ hash: hash.trim(), subject, body: body.trim(), author, at });
    }
    return { commits, count: Number(count.trim()) || commits.length, paths: commits.length === 0 ? [] : names.split('\0').filter((path) => path !== '').slice(0, mostCommitted) };
  } catch (error) {
    // The start commit is gone (a shallow clone, a cleaned-up repository): which commits came since is not known.
    if (error instanceof GitFailure && error.reason === 'failed') return { commits: [], count: 0, paths: [] };
    throw error;
  }
}

/** Where HEAD stands and who git says the user is: what a handoff note's front matter needs. */
export interface GitIdentity {
  readonly branch?: string;
  readonly head?: string;
  readonly user?: string;
}

/**
 * Branch, HEAD and user of a folder, without looking at its files.
 * @returns an empty object without git or outside a repository
 */
export async function readIdentity(folder: string, options: GitOptions = {}): Promise<GitIdentity> {
  try {
    const git = gitIn(await realpath(folder), options);
    const [branch, head, user] = await Promise.all([
      // Its line end only: a branch may be named by a space that is none of ASCII's.
      git('symbolic-ref', '--quiet', '--short', 'HEAD').then((answer) => answer.replace(/\r?\n$/, ''), () => ''),
      git('rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD').then((answer) => answer.trim(), () => ''),
      git('rev-parse', '--git-dir').then(() => userOf(git), () => undefined),
    ]);
    return { ...(branch !== '' && { branch }), ...(/^[0-9a-f]{40,64}$/.test(head) && { head }), ...(user !== undefined && { user }) };
  } catch {
    options.signal?.throwIfAborted();
    return {};
  }
}

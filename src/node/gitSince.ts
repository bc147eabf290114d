import { realpath } from 'node:fs/promises';
import { parseStatus, relativeTo } from '../core/gitStatus.js';
import type { CommitSince, GitSince, LaterCommit } from '../core/sinceThen.js';
import { readIdentity } from './git.js';
import { GitFailure, gitIn, type GitOptions } from './gitCommand.js';

/** The note whose time is asked about. Every value is what a file says, and is checked before git sees it. */
export interface NoteMoment {
  readonly branch: string;
  /** Full hash. */
  readonly commit: string;
  /** ISO 8601. */
  readonly created: string;
}

export interface SinceOptions extends GitOptions {
  /** POSIX, relative to the base folder: its files are never among the uncommitted ones. */
  readonly documentsFolder: string;
  /** How many commits are told; 300 if not given. */
  readonly commits?: number;
}

/** Why git says nothing. */
export interface NoGitSince {
  readonly kind: 'unavailable';
  readonly reason: GitFailure['reason'];
  readonly message: string;
}

/** What git would never have as the name of a branch (git-check-ref-format(1)). */
const noBranch = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|^[-/.]|[/.]$|\.lock$|\/\//u;

/**
 * What git says of the time since a note was written. Changes nothing; only for trusted folders.
 * @param base the folder that holds `.claude`
 * @returns why there is no answer instead of throwing
 * @throws only the reason of `signal`, when that is aborted
 */
export async function readGitSince(base: string, note: NoteMoment, options: SinceOptions): Promise<GitSince | NoGitSince> {
  try {
    return await sinceOf(await realpath(base), note, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'unavailable', reason: error instanceof GitFailure ? error.reason : 'failed', message };
  }
}

type Git = ReturnType<typeof gitIn>;

/** What git answers; '' where it does not know what is asked about. */
const answerOf = (answer: Promise<string>): Promise<string> => answer.then((text) => text.trim(), (error: unknown) => {
  if (error instanceof GitFailure && error.reason === 'failed') return '';
  throw error;
});

// A plain yes or no would be an exit code without a word, which simple-git takes for success.
const isAncestor = async (git: Git, older: string, newer: string): Promise<boolean> => older === newer || await answerOf(git('merge-base', older, newer)) === older;

async function sinceOf(base: string, note: NoteMoment, options: SinceOptions): Promise<GitSince> {
  const git = gitIn(base, options);
  const prefix = (await git('rev-parse', '--show-prefix')).replace(/\r?\n$/, '');
  const [status, { user }] = await Promise.all([
    git('status', '--porcelain=v2', '-z', '--branch', '--untracked-files=all', '--find-renames').then(parseStatus),
    readIdentity(base, options),
  ]);
  const named = note.branch !== '' && !noBranch.test(note.branch);
  const exists = named && (await answerOf(git('for-each-ref', '--format=%(refname)', `refs/heads/${note.branch}`))).split('\n').includes(`refs/heads/${note.branch}`);
  const noteBranch = !named ? 'unnamed' : status.branch === note.branch ? 'here' : exists ? 'elsewhere' : 'gone';
  const tip = noteBranch === 'elsewhere' ? `refs/heads/${note.branch}` : 'HEAD';
  const history = status.head === undefined ? { commit: 'unknown' as const, range: undefined } : await historyOf(git, note, tip);
  const { commits, count } = history.range ? await commitsOf(git, prefix, history.range, options.commits ?? 300) : { commits: [], count: 0 };
  const isKnown = history.commit !== 'missing' && history.commit !== 'unknown';
  const ours = (path: string): boolean => path === options.documentsFolder || path.startsWith(`${options.documentsFolder}/`) || path === '.claude/settings.local.json';
  return {
    ...(status.branch !== undefined && { branch: status.branch }), ...(status.head !== undefined && { head: status.head }), ...(user !== undefined && { user }),
    noteBranch, commit: history.commit, isContained: isKnown && status.head !== undefined && await isAncestor(git, note.commit, status.head),
    commits, commitCount: count,
    ...(noteBranch === 'here' && status.upstream && status.upstream.behind > 0 && { upstream: { name: status.upstream.name, behind: status.upstream.behind } }),
    uncommitted: status.files.flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]).map((path) => relativeTo(prefix, path)).filter((path) => !ours(path)),
  };
}

/** How a note's commit lies to the tip of its branch, and which commits came since. */
async function historyOf(git: Git, { commit, created }: NoteMoment, tip: string): Promise<{ commit: CommitSince; range: readonly string[] | undefined }> {
  const time = Date.parse(created);
  // Without the commit the clock has to tell.
  const byTime = Number.isNaN(time) ? undefined : [`--since=@${Math.max(0, Math.floor(time / 1000))} +0000`, tip];
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return { commit: 'unknown', range: byTime };
  if (await answerOf(git('rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`)) !== commit) return { commit: 'missing', range: byTime };
  const head = (await git('rev-parse', '--verify', '--end-of-options', `${tip}^{commit}`)).trim();
  if (head === commit) return { commit: 'same', range: undefined };
  if (await isAncestor(git, commit, head)) return { commit: 'ahead', range: [`${commit}..${head}`] };
  if (await isAncestor(git, head, commit)) return { commit: 'behind', range: undefined };
  // Commits that a rebase made anew are no new ones.
  return { commit: 'rewritten', range: ['--cherry-pick', '--right-only', '--no-merges', `${commit}...${head}`] };
}

async function commitsOf(git: Git, prefix: string, range: readonly string[], most: number): Promise<{ commits: LaterCommit[]; count: number }> {
  const [log, count] = await Promise.all([
    git('log', '-z', '--name-only', '--no-renames', `--max-count=${most}`, '--format=%x01%H%x00%aI%x00%an <%ae>%x00%s', '--no-show-signature', ...range, '--'),
    git('rev-list', '--count', ...range, '--'),
  ]);
  const commits: (LaterCommit & { files: string[] })[] = [];
  const fields = log.split('\0');
  for (let index = 0; index < fields.length; index++) {
    const hash = /^\n?\u0001([0-9a-f]{40,64})$/.exec(fields[index] ?? '')?.[1];
    if (hash !== undefined) {
      commits.push({ hash, at: fields[index + 1] ?? '', author: fields[index + 2] ?? '', subject: fields[index + 3] ?? '', files: [] });
      index += 3;
    } else {
      const path = (fields[index] ?? '').replace(/^\n/, '');
      if (path !== '') commits.at(-1)?.files.push(relativeTo(prefix, path));
    }
  }
  return { commits, count: Number(count.trim()) || commits.length };
}

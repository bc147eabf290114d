import { GitPluginError, type SimpleGit, simpleGit } from 'simple-git';
import { findGit } from './findGit.js';

/** Why git gave no answer. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
  constructor(readonly reason: 'noGit' | 'noRepository' | 'failed', message: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** How git is run. */
export interface GitOptions {
  /** The program: an absolute path, which may hold spaces; absent: `git` as the search path has it. */
  readonly git?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds for one command; 30,000 if not given. */
  readonly timeout?: number;
}

/**
 * Nothing from outside reaches git: simple-git takes `GIT_*`, editors and pagers away; these are the names that it guards.
 * Passing one on would be refused as a whole.
 */
const guarded = /^(git_.*|editor|visual|pager|ssh_askpass|prefix)$/i;

/** Only what we set ourselves. */
const ownEnvironment = {
  // `status` refreshes the index otherwise, and a commit that runs at the same time would find it locked.
  GIT_OPTIONAL_LOCKS: '0',
  // Nothing may wait for an answer that nobody can give.
  GIT_TERMINAL_PROMPT: '0',
  // Messages are read, so they are English; paths and texts stay as they are.
  LC_ALL: 'C',
  LANGUAGE: '',
};

/** Configuration that wins over the repository's and the user's. */
const config = [
  'core.quotepath=false',
  // A repository may name a program here, and `status` would run it.
  'core.fsmonitor=false',
  'color.ui=false',
  'i18n.logOutputEncoding=UTF-8',
  // Would run gpg for every commit shown.
  'log.showSignature=false',
  'log.mailmap=false',
  'diff.renames=true',
  'diff.mnemonicPrefix=false',
  'diff.noprefix=false',
  'diff.relative=false',
  // Larger files are told to have changed, not where: reading them would take long.
  'core.bigFileThreshold=4m',
];

/**
 * A function that runs git in a folder and gives its standard output. No shell; arguments are ours but for paths, which come
 * behind `--`, and hashes, which the caller has checked.
 * @throws GitFailure `noGit` when there is no program
 */
export function gitIn(folder: string, { git = findGit(), signal, timeout = 30_000 }: GitOptions): (...args: string[]) => Promise<string> {
  if (git === undefined) throw new GitFailure('noGit', 'git was not found on the search path.');
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined && !guarded.test(name)) environment[name] = value;
  const limit = AbortSignal.timeout(timeout * 2);
  let runner: SimpleGit;
  try {
    runner = simpleGit({
      baseDir: folder,
      binary: git,
      maxConcurrentProcesses: 4,
      trimmed: false,
      config,
      // The output is complete when its pipes are closed, not some time after the process has ended.
      completion: { onClose: true, onExit: false },
      timeout: { block: timeout, stdErr: false, stdOut: false },
      abort: signal ? AbortSignal.any([signal, limit]) : limit,
      allowEnvironment: ['GIT_OPTIONAL_LOCKS', 'GIT_TERMINAL_PROMPT'],
      // The path is the user's setting or the search path's, never a repository's; fsmonitor is only switched off.
      unsafe: { allowUnsafeCustomBinary: true, allowUnsafeFsMonitor: true },
    }).env({ ...environment, ...ownEnvironment });
  } catch (cause) {
    throw new GitFailure('noRepository', 'The folder does not exist.', { cause });
  }
  return async (...args) => {
    signal?.throwIfAborted();
    try {
      return await runner.raw(args);
    } catch (cause) {
      signal?.throwIfAborted();
      throw failureOf(cause, git);
    }
  };
}

function failureOf(cause: unknown, git: string): GitFailure {
  const message = cause instanceof Error ? cause.message.trim() : String(cause);
  if (cause instanceof GitPluginError && (cause.plugin === 'timeout' || cause.plugin === 'abort')) return new GitFailure('failed', 'git took too long and was stopped.', { cause });
  if (/spawn .*\b(ENOENT|EACCES|ENOTDIR|EINVAL)\b/s.test(message)) return new GitFailure('noGit', `git cannot be run at ${git}.`, { cause });
  if (/not a git repository|must be run in a work tree|cannot be used without a working tree/i.test(message)) return new GitFailure('noRepository', 'The folder is not in a git repository.', { cause });
  const first = message.split('\n').find((line) => /^(fatal|error):/.test(line)) ?? message.split('\n')[0] ?? message;
  return new GitFailure('failed', first.replace(/^(fatal|error): /, '').slice(0, 300), { cause });
}

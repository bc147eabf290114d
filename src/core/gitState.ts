/** What happened to one file, seen against HEAD. */
export type ChangeKind = 'modified' | 'added' | 'deleted' | 'renamed' | 'untracked' | 'conflicted' | 'typeChanged' | 'submodule';

/** One changed file of the working tree. */
export interface ChangedFile {
  /** POSIX, relative to the workspace folder; the documents' folder and what we install are never among them. */
  readonly path: string;
  /** Its former path, when it was renamed. */
  readonly from?: string;
  readonly kind: ChangeKind;
  readonly staged: boolean;
  readonly unstaged: boolean;
  /** 1-based line of the first change in the present text; absent when deleted, binary or not asked for. */
  readonly firstChangedLine?: number;
  /** The trimmed text of that line. */
  readonly lineText?: string;
}

/** A commit of the session. */
export interface SessionCommit {
  readonly hash: string;
  readonly subject: string;
  readonly body: string;
  readonly author: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What git says of one workspace folder. */
export interface GitState {
  /** Absent: HEAD is detached. */
  readonly branch?: string;
  /** Full hash of HEAD; absent: no commit yet. */
  readonly head?: string;
  readonly upstream?: { readonly name: string; readonly ahead: number; readonly behind: number };
  /** At most as many as were asked for, conflicted first, then in git's order. */
  readonly files: readonly ChangedFile[];
  /** All of them. */
  readonly changedCount: number;
  readonly stashes: number;
  /** An operation that was begun and not finished. */
  readonly operation?: 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect' | 'am';
  /** Since the session's start commit, newest first, at most as many as were asked for. */
  readonly commits: readonly SessionCommit[];
  readonly commitCount: number;
  /** Files that the session's commits changed, POSIX, relative to the workspace folder; absent: none, or not known. */
  readonly committed?: readonly string[];
  /** `user.name <user.email>` as git would use it; absent when neither is set. */
  readonly user?: string;
  /** The folder of the documents is ignored by git. */
  readonly documentsIgnored: boolean;
}

/** Git's answer: a state, or why there is none. */
export type GitAnswer =
  | { readonly kind: 'state'; readonly state: GitState }
  | { readonly kind: 'unavailable'; readonly reason: 'untrusted' | 'noGit' | 'noRepository' | 'virtual' | 'failed'; readonly message?: string };

/** A commit that came after a note was written. */
export interface LaterCommit {
  /** Full hash. */
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
  /** `Name <address>` */
  readonly author: string;
  readonly subject: string;
  /** Relative to the folder that holds `.claude`; of a merge none. */
  readonly files: readonly string[];
}

/** What became of the commit that a note was written on, seen from the branch that it is compared with. */
export type CommitSince =
  /** It is the newest. */
  | 'same'
  /** There are commits on top of it. */
  | 'ahead'
  /** The branch was set back behind it. */
  | 'behind'
  /** The branch has another history now: it was rebased, amended or merged anew. */
  | 'rewritten'
  /** No such commit is here: it was cleaned up, never fetched, or the clone is shallow. */
  | 'missing'
  /** The note names none. */
  | 'unknown';

/** What git says of the time since a note was written. */
export interface GitSince {
  /** What is checked out now; absent on a detached HEAD. */
  readonly branch?: string;
  /** Full hash. */
  readonly head?: string;
  /** The note's branch: checked out here, there but not checked out, gone, or not named. */
  readonly noteBranch: 'here' | 'elsewhere' | 'gone' | 'unnamed';
  readonly commit: CommitSince;
  /** The note's commit is part of what is checked out, whatever its branch is. */
  readonly isContained: boolean;
  /** Of the note's branch (of HEAD when that is gone), newest first; at most as many as were asked for. */
  readonly commits: readonly LaterCommit[];
  readonly commitCount: number;
  /** Commits that the upstream has and this branch has not. */
  readonly upstream?: { readonly name: string; readonly behind: number };
  /** Files with changes now, relative to the folder that holds `.claude`; ours are left out. */
  readonly uncommitted: readonly string[];
  /** Git's user, `Name <address>`; absent: not known. */
  readonly user?: string;
}

/** What became of a file that was not committed when the note was written. */
export interface FileSince {
  readonly path: string;
  /** `gone`: it has no changes any more, and no commit since has it. */
  readonly state: 'still' | 'committed' | 'gone';
  /** The commit that has it: full hash. */
  readonly commit?: string;
}

/** The files that were uncommitted, in the note's order. */
export function filesSince(then: readonly string[], { uncommitted, commits }: Pick<GitSince, 'uncommitted' | 'commits'>): readonly FileSince[] {
  const now = new Set(uncommitted);
  return then.map((path): FileSince => {
    if (now.has(path)) return { path, state: 'still' };
    // The first one after the note took the changes up.
    const commit = commits.findLast(({ files }) => files.includes(path));
    return commit ? { path, state: 'committed', commit: commit.hash } : { path, state: 'gone' };
  });
}

const addressOf = (author: string): string => /<([^<>]+)>\s*$/.exec(author)?.[1]?.toLowerCase() ?? author.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

/** Whether a commit is of somebody else; false where it is not known who works here. */
export const isOthers = ({ author }: LaterCommit, user: string | undefined): boolean => user !== undefined && addressOf(author) !== addressOf(user);

/** Somebody else's change of a file that the note links to. */
export interface OthersChange {
  readonly path: string;
  /** The newest commit of somebody else that changed it. */
  readonly commit: LaterCommit;
}

/** Other people's changes of these files since the note, each file once, in the given order. */
export const othersChanges = (linked: readonly string[], { commits, user }: Pick<GitSince, 'commits' | 'user'>): readonly OthersChange[] =>
  [...new Set(linked)].flatMap((path) => {
    const commit = commits.find((one) => isOthers(one, user) && one.files.includes(path));
    return commit ? [{ path, commit }] : [];
  });

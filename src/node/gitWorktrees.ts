import { gitIn, type GitOptions } from './gitCommand.js';

/** A worktree of a repository with the branch that is checked out in it. */
export interface Worktree {
  /** Absolute. */
  readonly path: string;
  readonly branch?: string;
}

/** The worktrees of a folder's repository, the main one first; none without git and outside of a repository. Only for trusted folders. */
export async function readWorktrees(folder: string, options: GitOptions = {}): Promise<readonly Worktree[]> {
  try {
    const output = await gitIn(folder, options)('worktree', 'list', '--porcelain');
    return output.split(/\r?\n\r?\n/).flatMap((record): Worktree[] => {
      const path = /^worktree (.+)$/m.exec(record)?.[1];
      const branch = /^branch refs\/heads\/(.+)$/m.exec(record)?.[1];
      return path === undefined || /^bare$/m.test(record) ? [] : [{ path, ...(branch !== undefined && { branch }) }];
    });
  } catch {
    options.signal?.throwIfAborted();
    return [];
  }
}

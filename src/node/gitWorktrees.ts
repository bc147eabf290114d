import { join, relative } from 'node:path';
import { isInside } from './atomicFile.js';
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

/**
 * The same place in the other worktrees.
 * @param folder absolute and real; of worktrees that lie in one another the innermost is its own
 * @returns absolute paths, whether something is there or not; none for a folder that is in no worktree
 */
export function inOtherWorktrees(worktrees: readonly Worktree[], folder: string): readonly string[] {
  const own = worktrees.filter(({ path }) => isInside(path, folder)).toSorted((one, other) => other.path.length - one.path.length)[0];
  return own ? worktrees.filter((one) => one !== own).map(({ path }) => join(path, relative(own.path, folder))) : [];
}

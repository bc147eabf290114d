import { relative, sep } from 'node:path';
import { parseStatus, relativeTo } from '../core/gitStatus.js';
import type { GitState } from '../core/gitState.js';
import { findRepository } from './baseFolder.js';
import type { DocumentsPlace } from './documentFiles.js';
import { findGit } from './findGit.js';
import { git } from './gitObjects.js';
import { ownPaths } from './ownPaths.js';

/**
 * What one `git status` says of a folder, for whoever has no time for `readGit`: no lines, no commits, no unfinished operation.
 * @param folder where the agent works: absolute and real; paths are relative to it
 * @returns undefined outside of a repository, without git, and when the signal is aborted first
 */
export async function readQuickStatus(folder: string, { base, documentsFolder }: DocumentsPlace, signal: AbortSignal): Promise<GitState | undefined> {
  const root = await findRepository(folder);
  const program = findGit();
  if (root === undefined || program === undefined) return undefined;
  try {
    const status = parseStatus((await git({ folder: root }, ['status', '--porcelain=v2', '-z', '--branch', '--show-stash', '--untracked-files=all', '--find-renames'], { program, signal })).toString());
    const isOwn = ownPaths(root, base, documentsFolder, []);
    const way = relative(root, folder).split(sep).join('/');
    const prefix = way === '' ? '' : `${way}/`;
    const files = status.files.filter(({ path }) => !isOwn(path)).slice(0, 200);
    return {
      ...(status.branch !== undefined && { branch: status.branch }),
      ...(status.head !== undefined && { head: status.head }),
      ...(status.upstream && { upstream: status.upstream }),
      files: files.map(({ path, from, kind, staged, unstaged }) => ({ path: relativeTo(prefix, path), ...(from !== undefined && { from: relativeTo(prefix, from) }), kind, staged, unstaged })),
      changedCount: status.files.filter(({ path }) => !isOwn(path)).length,
      stashes: status.stashes ?? 0,
      commits: [],
      commitCount: 0,
      documentsIgnored: false,
    };
  } catch {
    return undefined;
  }
}

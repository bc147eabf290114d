import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inOtherWorktrees, readWorktrees } from '../../../src/node/gitWorktrees.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

describe('the worktrees of a repository', () => {
  it('are listed from each of them with the branch that is checked out there, the main one first', async () => {
    const repository = Repository.make();
    repository.commit('one');
    const [second, third] = [join(temporaryFolder('a folder with spaces'), 'zwei ü'), join(repository.folder, '.claude/worktrees/inner')];
    repository.git('worktree', 'add', '-q', '-b', 'feature/two', second);
    repository.git('worktree', 'add', '-q', '--detach', third);
    const all = [{ path: repository.folder, branch: 'main' }, { path: second, branch: 'feature/two' }, { path: third }];
    for (const { path } of all) expect(await readWorktrees(path)).toEqual(all);
  });

  it('do not include a bare repository, and are none outside of a repository or without git', async () => {
    const repository = Repository.make();
    repository.commit('one');
    const folder = temporaryFolder();
    const bare = join(folder, 'bare.git');
    repository.git('clone', '-q', '--bare', repository.folder, bare);
    const worktree = join(folder, 'worktree');
    new Repository(bare).git('worktree', 'add', '-q', worktree, 'main');
    expect(await readWorktrees(worktree)).toEqual([{ path: worktree, branch: 'main' }]);
    expect(await readWorktrees(temporaryFolder())).toEqual([]);
    expect(await readWorktrees(worktree, { git: join(folder, 'no-git-here') })).toEqual([]);
  });

  it('are not waited for when nobody wants them any more', async () => {
    const repository = Repository.make();
    await expect(readWorktrees(repository.folder, { signal: AbortSignal.abort(new Error('closed')) })).rejects.toThrow('closed');
  });
});

describe('the same place in the other worktrees', () => {
  const worktrees = [{ path: '/home/sam/api' }, { path: '/home/sam/api-two' }, { path: '/home/sam/api/.claude/worktrees/inner' }];

  it.each([
    ['the root of one', '/home/sam/api', ['/home/sam/api-two', '/home/sam/api/.claude/worktrees/inner']],
    ['a part of one', '/home/sam/api-two/backend', ['/home/sam/api/backend', '/home/sam/api/.claude/worktrees/inner/backend']],
    ['one that lies in another', '/home/sam/api/.claude/worktrees/inner', ['/home/sam/api', '/home/sam/api-two']],
    ['a folder outside', '/work', []],
  ])('of %s', (_, folder, others) => {
    expect(inOtherWorktrees(worktrees, folder)).toEqual(others);
  });
});

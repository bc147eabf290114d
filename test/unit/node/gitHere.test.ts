import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readIdentity } from '../../../src/node/git.js';
import { readHere as readHereWithin } from '../../../src/node/gitHere.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

// What git itself says is what must be read: the author of a note comes from there.
const ofGit = async (folder: string) => {
  const { branch, head, user } = await readIdentity(folder);
  return { ...(user !== undefined && { author: user }), ...(branch !== undefined && { branch }), ...(head !== undefined && { commit: head }) };
};

// A machine under load is given its time.
const readHere = (folder: string) => readHereWithin(folder, 30_000);

let home: string;
beforeEach(() => {
  home = temporaryFolder('home');
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', join(home, '.config'));
});
afterEach(() => { vi.unstubAllEnvs(); });

describe('who works where, read from the files of git', () => {
  it('is what git says in a fresh repository, on a branch with slashes, with packed refs, and on a detached HEAD', async () => {
    const repository = Repository.make();
    expect(await readHere(repository.folder)).toEqual(await ofGit(repository.folder));
    repository.commit('one', { 'a.txt': 'a' });
    expect(await readHere(repository.folder)).toEqual({ author: 'Ada Lovelace <ada@example.com>', branch: 'main', commit: repository.git('rev-parse', 'HEAD') });
    repository.git('switch', '-q', '-c', 'feature/$(touch${IFS}x)`y`');
    repository.git('pack-refs', '--all');
    mkdirSync(join(repository.folder, 'backend'));
    expect(await readHere(join(repository.folder, 'backend'))).toEqual(await ofGit(repository.folder));
    repository.git('checkout', '-q', '--detach');
    expect(await readHere(repository.folder)).toEqual(await ofGit(repository.folder));
    expect(existsSync(join(repository.folder, 'x'))).toBe(false);
  });

  it('is that of each worktree, with its own configuration', async () => {
    const repository = Repository.make();
    repository.commit('one');
    const folders = ['one', 'two', 'three'].map((name) => {
      const folder = join(temporaryFolder('worktrees'), name);
      repository.git('worktree', 'add', '-q', '-b', `feature/${name}`, folder);
      return folder;
    });
    repository.git('config', 'extensions.worktreeConfig', 'true');
    execFileSync('git', ['config', '--worktree', 'user.name', 'Grace'], { cwd: folders[1] });
    for (const folder of folders) expect(await readHere(folder)).toEqual(await ofGit(folder));
    expect(await readHere(folders[1] ?? '')).toMatchObject({ author: 'Grace <ada@example.com>', branch: 'feature/two' });
  });

  it('names the branch that is being rebased', async () => {
    const repository = Repository.make();
    repository.commit('one', { 'a.txt': 'a' });
    repository.git('switch', '-q', '-c', 'feature/auth');
    repository.commit('two', { 'a.txt': 'b' });
    repository.git('switch', '-q', 'main');
    repository.commit('three', { 'a.txt': 'c' });
    repository.git('switch', '-q', 'feature/auth');
    repository.tryGit('rebase', 'main');
    expect(await readHere(repository.folder)).toMatchObject({ branch: 'feature/auth' });
  });

  it.each([
    ['the user\'s own file', '[user]\n\tname = Home\n\temail = home@example.org\n', ''],
    ['an included file', '[include]\n\tpath = more\n[user]\n\tname = Home\n', '[user]\n\temail = more@example.org\n'],
    ['a conditional include', '[user]\n\tname = Home\n\temail = home@example.org\n[includeIf "gitdir:**"]\n\tpath = more\n', '[user]\n\tname = Work\n\temail = work@example.org\n'],
    ['no file at all', '', ''],
    ['a file with only a name', '[user]\n\tname = "Only; Name" # x\n', ''],
  ])('has the user that %s names', async (_what, config, more) => {
    const repository = Repository.make();
    repository.git('config', '--unset', 'user.name');
    repository.git('config', '--unset', 'user.email');
    writeFileSync(join(home, '.gitconfig'), config);
    writeFileSync(join(home, 'more'), more);
    const { author, ...rest } = await readHere(repository.folder);
    const { author: expected, ...others } = await ofGit(repository.folder);
    expect(rest).toEqual(others);
    if (expected === undefined) expect(author).not.toContain('<');
    else expect(author).toBe(expected);
  });

  it('runs no git where the repository\'s own files say everything', async () => {
    const repository = Repository.make();
    repository.commit('one');
    const bin = temporaryFolder('bin');
    writeFileSync(join(bin, 'git'), `#!/bin/sh\ntouch '${join(bin, 'called')}'\n`, { mode: 0o755 });
    vi.stubEnv('PATH', bin);
    expect(await readHere(repository.folder)).toMatchObject({ branch: 'main', author: 'Ada Lovelace <ada@example.com>' });
    expect(existsSync(join(bin, 'called'))).toBe(false);
  });

  it('is only a person outside of git, and where .git leads nowhere', async () => {
    const folder = temporaryFolder();
    expect(Object.keys(await readHere(folder))).toEqual(['author']);
    writeFileSync(join(folder, '.git'), 'gitdir: ../nowhere\n');
    expect(Object.keys(await readHere(folder))).toEqual(['author']);
  });
});

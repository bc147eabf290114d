import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { GitState } from '../../../src/core/gitState.js';
import { type GitQuestion, readGit } from '../../../src/node/git.js';
import { findGit } from '../../../src/node/findGit.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

// The machine that runs this may have much else to do.
vi.setConfig({ testTimeout: 120_000 });

async function stateOf(folder: string, question?: GitQuestion): Promise<GitState> {
  const answer = await readGit(folder, question);
  if (answer.kind !== 'state') throw new Error(`unavailable: ${answer.reason} ${answer.message ?? ''}`);
  return answer.state;
}
const find = (state: GitState, path: string) => state.files.find((file) => file.path === path);
const lines = (...texts: string[]) => `${texts.join('\n')}\n`;

describe('what git says', () => {
  it('tells branch, head, user and every kind of change with its first changed line', async () => {
    const repository = Repository.make();
    const head = repository.commit('begin', {
      'modified.ts': lines('one', 'two', 'three', 'four'), 'deleted.ts': 'x\n', 'old name.ts': lines('a', 'b', 'c', 'd', 'e', 'f', 'g'), 'shortened.ts': lines('one', 'two', 'three'), 'type.ts': 'x\n', 'blank.ts': lines('a', 'b'),
    });
    repository.write('modified.ts', lines('one', 'two', '  const three = 3;', 'four'));
    rmSync(join(repository.folder, 'deleted.ts'));
    renameSync(join(repository.folder, 'old name.ts'), join(repository.folder, 'new name.ts'));
    repository.git('add', '-A', 'old name.ts', 'new name.ts');
    repository.write('new name.ts', lines('a', 'b', 'c', 'd', 'E', 'f', 'g'));
    repository.write('shortened.ts', lines('one', 'two'));
    repository.write('blank.ts', lines('a', '', '', 'new line', 'b'));
    rmSync(join(repository.folder, 'type.ts'));
    symlinkSync('modified.ts', join(repository.folder, 'type.ts'));
    repository.write('staged.ts', lines('first', 'second'));
    repository.git('add', 'staged.ts');
    repository.write('src/untracked [x] #1?.ts', lines('  hello'));
    repository.write('image.png', Buffer.from([1, 0, 2]));
    const state = await stateOf(repository.folder);
    expect(state).toMatchObject({ branch: 'main', head, user: 'Ada Lovelace <ada@example.com>', stashes: 0, changedCount: 9, documentsIgnored: false, commits: [], commitCount: 0 });
    expect(state).not.toHaveProperty('upstream');
    expect(state).not.toHaveProperty('operation');
    expect(find(state, 'modified.ts')).toEqual({ path: 'modified.ts', kind: 'modified', staged: false, unstaged: true, firstChangedLine: 3, lineText: 'const three = 3;' });
    expect(find(state, 'deleted.ts')).toEqual({ path: 'deleted.ts', kind: 'deleted', staged: false, unstaged: true });
    expect(find(state, 'new name.ts')).toEqual({ path: 'new name.ts', from: 'old name.ts', kind: 'renamed', staged: true, unstaged: true, firstChangedLine: 5, lineText: 'E' });
    expect(find(state, 'shortened.ts')).toMatchObject({ firstChangedLine: 2, lineText: 'two' });
    expect(find(state, 'blank.ts')).toMatchObject({ firstChangedLine: 4, lineText: 'new line' });
    expect(find(state, 'type.ts')).toMatchObject({ kind: 'typeChanged' });
    expect(find(state, 'staged.ts')).toEqual({ path: 'staged.ts', kind: 'added', staged: true, unstaged: false, firstChangedLine: 1, lineText: 'first' });
    expect(find(state, 'src/untracked [x] #1?.ts')).toEqual({ path: 'src/untracked [x] #1?.ts', kind: 'untracked', staged: false, unstaged: true, firstChangedLine: 1, lineText: 'hello' });
    expect(find(state, 'image.png')).toEqual({ path: 'image.png', kind: 'untracked', staged: false, unstaged: true });
  });

  it('finds lines in files with any name', async () => {
    const repository = Repository.make();
    const names = ['a b.ts', 'tab\there.ts', 'quote".ts', 'back\\slash.ts', 'new\nline.ts', 'Ünïcödé 日本.ts', '-dash.ts', ':(top)magic.ts', '*.ts', 'a#b%20c?.ts', '$(touch x)`y`.ts', '"both ends".ts'];
    repository.commit('begin', Object.fromEntries(names.map((name) => [name, lines('one', 'two')])));
    for (const name of names) repository.write(name, lines('one', 'TWO'));
    const state = await stateOf(repository.folder);
    expect(state.files.map(({ path }) => path).sort()).toEqual([...names].sort());
    for (const name of names) expect(find(state, name)).toMatchObject({ kind: 'modified', firstChangedLine: 2, lineText: 'TWO' });
    expect(existsSync(join(repository.folder, 'x'))).toBe(false);
  });

  it('works without a commit, with HEAD detached, and with an upstream', async () => {
    const origin = Repository.make();
    origin.write('a.ts', 'x\n');
    origin.git('add', 'a.ts');
    const empty = await stateOf(origin.folder, { since: '2020-01-01T00:00:00Z' });
    expect(empty).toMatchObject({ branch: 'main', changedCount: 1, commits: [] });
    expect(empty).not.toHaveProperty('head');
    expect(find(empty, 'a.ts')).toMatchObject({ kind: 'added', firstChangedLine: 1, lineText: 'x' });

    const first = origin.commit('one');
    origin.commit('two');
    const clone = new Repository(join(temporaryFolder(), 'clone'));
    origin.git('clone', '-q', origin.folder, clone.folder);
    clone.git('reset', '-q', '--hard', first);
    clone.git('-c', 'user.name=x', '-c', 'user.email=y', 'commit', '-q', '--allow-empty', '-m', 'mine');
    expect(await stateOf(clone.folder)).toMatchObject({ upstream: { name: 'origin/main', ahead: 1, behind: 1 } });
    clone.git('checkout', '-q', '--detach', first);
    const detached = await stateOf(clone.folder);
    expect(detached.head).toBe(first);
    expect(detached).not.toHaveProperty('branch');
    expect(detached).not.toHaveProperty('upstream');
  });

  it('counts stashes, and tells unfinished operations', async () => {
    const repository = Repository.make();
    repository.commit('begin', { 'a.ts': 'one\n' });
    repository.write('a.ts', 'stashed\n');
    repository.git('stash', '-q');
    expect((await stateOf(repository.folder)).stashes).toBe(1);
    repository.git('checkout', '-q', '-b', 'other');
    const other = repository.commit('other', { 'a.ts': 'other\n' });
    repository.git('checkout', '-q', 'main');
    repository.commit('main', { 'a.ts': 'main\n' });
    for (const [operation, args, end] of [
      ['merge', ['merge', 'other'], ['merge', '--abort']],
      ['rebase', ['rebase', 'other'], ['rebase', '--abort']],
      ['rebase', ['rebase', '--apply', 'other'], ['rebase', '--abort']],
      ['cherry-pick', ['cherry-pick', other], ['cherry-pick', '--abort']],
      ['revert', ['revert', '--no-edit', other], ['revert', '--abort']],
      ['bisect', ['bisect', 'start'], ['bisect', 'reset']],
    ] as const) {
      repository.tryGit(...args);
      const state = await stateOf(repository.folder);
      expect(state.operation).toBe(operation);
      if (operation === 'merge') expect(state.files).toMatchObject([{ path: 'a.ts', kind: 'conflicted', firstChangedLine: 1, lineText: '<<<<<<< HEAD' }]);
      repository.tryGit(...end);
    }
    expect(await stateOf(repository.folder)).not.toHaveProperty('operation');
  });

  it("tells the session's commits, newest first, and none when the start is not known", async () => {
    const repository = Repository.make();
    const start = repository.commit('before');
    repository.commit('Fix the `race`\n\nBody line 1\n\nBody line 2');
    const last = repository.commit('Second: $(x) "quoted"');
    const state = await stateOf(repository.folder, { startCommit: start });
    expect(state.commitCount).toBe(2);
    expect(state.commits).toMatchObject([
      { hash: last, subject: 'Second: $(x) "quoted"', body: '', author: 'Ada Lovelace' },
      { subject: 'Fix the `race`', body: 'Body line 1\n\nBody line 2' },
    ]);
    expect(Date.parse(state.commits[0]?.at ?? '')).toBeGreaterThan(0);
    expect((await stateOf(repository.folder, { startCommit: start, commits: 1 })).commits).toHaveLength(1);
    expect((await stateOf(repository.folder, { startCommit: start, since: '2100-01-01T00:00:00Z' })).commitCount).toBe(0);
    expect((await stateOf(repository.folder, { since: '2020-01-01T00:00:00Z' })).commitCount).toBe(3);
    expect((await stateOf(repository.folder, { startCommit: '0'.repeat(40) })).commitCount).toBe(0);
    expect((await stateOf(repository.folder, { startCommit: '--output=x' })).commitCount).toBe(0);
  });

  it('works in a sub-folder, with paths relative to it', async () => {
    const repository = Repository.make();
    repository.commit('begin', { 'apps/api/src/a.ts': 'one\n', 'apps/web/b.ts': 'one\n', 'root.ts': 'one\n' });
    const start = repository.git('rev-parse', 'HEAD').trim();
    repository.commit('more', { 'apps/api/src/c.ts': 'one\n', 'apps/web/ü d.ts': 'one\n', '.claude/docs/X.md': 'ours\n' });
    repository.write('apps/api/src/a.ts', 'two\n');
    repository.write('apps/web/b.ts', 'two\n');
    repository.write('root.ts', 'two\n');
    const state = await stateOf(join(repository.folder, 'apps/api'), { startCommit: start });
    expect(state.committed).toEqual(['src/c.ts', '../web/ü d.ts']);
    expect(state.files.map(({ path, lineText }) => `${path} ${lineText}`)).toEqual(['src/a.ts two', '../web/b.ts two', '../../root.ts two']);
  });

  it('works in a worktree with an operation of its own, and in a submodule', async () => {
    const library = Repository.make();
    library.commit('library', { 'lib.ts': 'one\n' });
    const repository = Repository.make();
    repository.commit('begin', { 'a.ts': 'one\n' });
    repository.git('submodule', '--quiet', 'add', library.folder, 'lib');
    repository.commit('submodule');
    repository.git('checkout', '-q', '-b', 'other');
    repository.commit('other', { 'a.ts': 'other\n' });
    repository.git('checkout', '-q', 'main');
    repository.commit('main', { 'a.ts': 'main\n' });
    const worktree = new Repository(join(temporaryFolder(), 'work tree'));
    repository.git('worktree', 'add', '-q', '-b', 'third', worktree.folder);
    worktree.tryGit('merge', 'other');
    expect(await stateOf(worktree.folder)).toMatchObject({ branch: 'third', operation: 'merge' });
    expect(await stateOf(repository.folder)).not.toHaveProperty('operation');

    repository.write('lib/lib.ts', 'two\n');
    expect((await stateOf(join(repository.folder, 'lib'))).files).toMatchObject([{ path: 'lib.ts', kind: 'modified', lineText: 'two' }]);
    expect((await stateOf(repository.folder)).files).toMatchObject([{ path: 'lib', kind: 'submodule' }]);
  });

  it('leaves out what we write ourselves, also in a monorepo', async () => {
    const repository = Repository.make();
    repository.commit('begin', { '.claude/docs/PROJECT_API.md': 'x\n' });
    repository.write('.claude/docs/PROJECT_API.md', 'y\n');
    repository.write('.claude/docs/handoffs/n.md', 'y\n');
    repository.write('.claude/docs/.gitattributes', 'y\n');
    repository.write('.claude/settings.local.json', '{}');
    repository.write('.claude/settings.json', '{}');
    repository.write('.claude/docs-of-others/x.md', '');
    repository.write('src/a.ts', '');
    expect((await stateOf(join(repository.folder, 'src'))).files.map(({ path }) => path)).toEqual(['../.claude/docs-of-others/x.md', '../.claude/settings.json', 'a.ts']);
    expect((await stateOf(repository.folder, { documentsFolder: 'docs', installed: ['.claude/settings.json'] })).changedCount).toBe(5);
  });

  it('says whether the documents are ignored', async () => {
    const repository = Repository.make();
    repository.commit('begin', { '.gitignore': '.claude\n' });
    expect((await stateOf(repository.folder)).documentsIgnored).toBe(true);
    expect((await stateOf(repository.folder, { documentsFolder: 'docs' })).documentsIgnored).toBe(false);
  });

  it('counts ten thousand changed files and tells the first', async () => {
    const repository = Repository.make();
    repository.commit('begin');
    mkdirSync(join(repository.folder, 'many'));
    for (let index = 0; index < 10_000; index++) writeFileSync(join(repository.folder, 'many', `${index}.ts`), '');
    const state = await stateOf(repository.folder, { files: 20 });
    expect(state.changedCount).toBe(10_000);
    expect(state.files).toHaveLength(20);
  });

  it('finds the lines of more files than one command line holds', async () => {
    const repository = Repository.make();
    const name = (index: number) => `${'long-folder-name/'.repeat(10)}${index}.ts`;
    repository.commit('begin', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [name(index), 'one\n'])));
    for (let index = 0; index < 300; index++) repository.write(name(index), 'two\n');
    const state = await stateOf(repository.folder, { files: 300, lines: 300 });
    expect(state.files.filter(({ firstChangedLine }) => firstChangedLine === 1)).toHaveLength(300);
  });
});

describe('git that gives no answer', () => {
  it('says that the folder is in no repository, or is none at all, or bare', async () => {
    expect(await readGit(temporaryFolder())).toMatchObject({ kind: 'unavailable', reason: 'noRepository' });
    expect(await readGit(join(temporaryFolder(), 'missing'))).toMatchObject({ kind: 'unavailable', reason: 'noRepository' });
    const bare = temporaryFolder();
    Repository.make().git('init', '-q', '--bare', bare);
    expect(await readGit(bare)).toMatchObject({ kind: 'unavailable', reason: 'noRepository' });
  });

  it('says that there is no git', async () => {
    const { folder } = Repository.make();
    expect(await readGit(folder, { git: join(folder, 'no git here') })).toMatchObject({ kind: 'unavailable', reason: 'noGit' });
    expect(findGit({ PATH: '' })).toBeUndefined();
    expect(findGit({ PATH: '.:relative' })).toBeUndefined();
    expect(findGit()).toMatch(/git/);
  });

  it('says that a repository is damaged', async () => {
    const repository = Repository.make();
    repository.commit('begin', { 'a.ts': 'x' });
    writeFileSync(join(repository.folder, '.git', 'index'), 'rubbish that is no index at all');
    expect(await readGit(repository.folder)).toMatchObject({ kind: 'unavailable', reason: 'failed', message: expect.stringMatching(/index/) });
  });

  it('can be cancelled, and does not wait for ever', async () => {
    const repository = Repository.make();
    const slow = join(temporaryFolder(), 'slow git');
    writeFileSync(slow, '#!/bin/sh\nexec sleep 60\n');
    chmodSync(slow, 0o755);
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(new Error('cancelled by the test')), 100);
    await expect(readGit(repository.folder, { git: slow, signal: cancel.signal })).rejects.toThrow('cancelled by the test');
    expect(await readGit(repository.folder, { git: slow, timeout: 200 })).toMatchObject({ kind: 'unavailable', reason: 'failed', message: expect.stringMatching(/too long/) });
  });
});

describe('a hostile repository', () => {
  it('runs nothing that it names: fsmonitor, pager, external diff, text conversion, gpg, hooks', async () => {
    const repository = Repository.make();
    const proof = join(temporaryFolder(), 'proof');
    const program = join(temporaryFolder(), 'evil.sh');
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${proof}'\ncat\n`);
    chmodSync(program, 0o755);
    const start = repository.commit('begin', { 'a.ts': 'one\n', '.gitattributes': '*.ts diff=evil\n' });
    repository.commit('more');
    for (const [key, value] of Object.entries({
      'core.fsmonitor': program, 'core.pager': program, 'pager.status': program, 'diff.external': program, 'diff.evil.textconv': program, 'diff.evil.command': program, 'log.showSignature': 'true', 'gpg.program': program, 'core.editor': program, 'alias.status': `!${program}`, 'core.hooksPath': join(program, '..'),
    })) repository.git('config', key, value);
    copyFileSync(program, join(program, '..', 'post-index-change'));
    repository.write('a.ts', 'two\n');
    const state = await stateOf(repository.folder, { startCommit: start });
    expect(state).toMatchObject({ changedCount: 1, commitCount: 1 });
    expect(find(state, 'a.ts')).toMatchObject({ firstChangedLine: 1, lineText: 'two' });
    expect(existsSync(proof)).toBe(false);
  });

  it('does not see the environment of a git hook', async () => {
    const repository = Repository.make();
    repository.commit('begin');
    const other = Repository.make();
    process.env['GIT_DIR'] = join(other.folder, '.git');
    process.env['GIT_EXTERNAL_DIFF'] = 'false';
    process.env['EDITOR'] = 'vi';
    try {
      expect((await stateOf(repository.folder)).head).toMatch(/^[0-9a-f]{40}$/);
    } finally {
      delete process.env['GIT_DIR'];
      delete process.env['GIT_EXTERNAL_DIFF'];
      delete process.env['EDITOR'];
    }
  });

  it('does not lead out by an untracked link', async () => {
    const repository = Repository.make();
    repository.commit('begin');
    const outside = join(temporaryFolder(), 'secret');
    writeFileSync(outside, 'secret\n');
    symlinkSync(outside, join(repository.folder, 'link.ts'));
    expect(find(await stateOf(repository.folder), 'link.ts')).toEqual({ path: 'link.ts', kind: 'untracked', staged: false, unstaged: true });
  });
});

describe('the program', () => {
  it('may lie at a path with spaces', async () => {
    const repository = Repository.make();
    repository.commit('begin');
    const spaced = join(temporaryFolder(), 'my git (x86)');
    symlinkSync(findGit() ?? '', spaced);
    expect(await readGit(repository.folder, { git: spaced })).toMatchObject({ kind: 'state' });
  });
});

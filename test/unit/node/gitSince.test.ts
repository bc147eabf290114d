import { describe, expect, it } from 'vitest';
import { filesSince, isOthers, othersChanges, type GitSince } from '../../../src/core/sinceThen.js';
import { readGitSince, type NoteMoment } from '../../../src/node/gitSince.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

const created = '2026-11-22T14:02:33+01:00';

async function since(repository: Repository, note: Partial<NoteMoment>, base = repository.folder): Promise<GitSince> {
  const answer = await readGitSince(base, { branch: 'main', commit: '', created, ...note }, { documentsFolder: '.claude/docs' });
  if ('kind' in answer) throw new Error(answer.message);
  return answer;
}
const asBob = (repository: Repository, subject: string, files: Record<string, string>): string => {
  for (const [path, text] of Object.entries(files)) repository.write(path, text);
  repository.git('add', '-A');
  repository.git('-c', 'user.name=Bob', '-c', 'user.email=bob@example.com', 'commit', '-q', '-m', subject);
  return repository.git('rev-parse', 'HEAD');
};

describe('the time since a note was written', () => {
  it('is told by the commits on top, whose they are, and what they changed', async () => {
    const repository = Repository.make();
    const then = repository.commit('first', { 'src/a.ts': '1\n', 'src/b.ts': '1\n' });
    repository.commit('mine', { 'src/a.ts': '2\n' });
    const theirs = asBob(repository, 'theirs', { 'src/b.ts': '2\n', 'src/größe "x".ts': '1\n' });
    repository.write('src/a.ts', '3\n');
    repository.write('.claude/docs/TROUBLESHOOTING.md', 'ours\n');
    const found = await since(repository, { commit: then });
    expect(found).toMatchObject({ branch: 'main', noteBranch: 'here', commit: 'ahead', isContained: true, commitCount: 2, uncommitted: ['src/a.ts'], user: 'Ada Lovelace <ada@example.com>' });
    expect(found.commits.map(({ subject, files }) => [subject, files])).toEqual([['theirs', ['src/b.ts', 'src/größe "x".ts']], ['mine', ['src/a.ts']]]);
    expect(found.commits.map((commit) => isOthers(commit, found.user))).toEqual([true, false]);
    expect(filesSince(['src/a.ts', 'src/b.ts', 'src/lost.ts'], found)).toEqual([{ path: 'src/a.ts', state: 'still' }, { path: 'src/b.ts', state: 'committed', commit: theirs }, { path: 'src/lost.ts', state: 'gone' }]);
    expect(othersChanges(['src/a.ts', 'src/b.ts', 'src/b.ts'], found).map(({ path, commit }) => [path, commit.hash])).toEqual([['src/b.ts', theirs]]);
  });

  it('names the first commit that took a file up', async () => {
    const repository = Repository.make();
    const then = repository.commit('first', { 'a.ts': '1\n' });
    const first = repository.commit('second', { 'a.ts': '2\n' });
    repository.commit('third', { 'a.ts': '3\n' });
    expect(filesSince(['a.ts'], await since(repository, { commit: then }))).toEqual([{ path: 'a.ts', state: 'committed', commit: first }]);
  });

  it('says when nothing happened, and when the branch was set back', async () => {
    const repository = Repository.make();
    const first = repository.commit('first', { 'a.ts': '1\n' });
    const second = repository.commit('second', { 'a.ts': '2\n' });
    expect(await since(repository, { commit: second })).toMatchObject({ commit: 'same', commits: [], commitCount: 0 });
    repository.git('reset', '-q', '--hard', first);
    expect(await since(repository, { commit: second })).toMatchObject({ commit: 'behind', isContained: false, commits: [] });
  });

  it('tells a rebased branch: commits that were only made anew are no new ones', async () => {
    const repository = Repository.make();
    repository.commit('first', { 'a.ts': '1\n' });
    repository.git('checkout', '-q', '-b', 'feature');
    const then = repository.commit('mine', { 'mine.ts': '1\n' });
    repository.git('checkout', '-q', 'main');
    asBob(repository, 'theirs', { 'a.ts': '2\n' });
    repository.git('checkout', '-q', 'feature');
    repository.git('rebase', '-q', 'main');
    const found = await since(repository, { branch: 'feature', commit: then });
    expect(found).toMatchObject({ noteBranch: 'here', commit: 'rewritten', isContained: false, commitCount: 1 });
    expect(found.commits.map(({ subject }) => subject)).toEqual(['theirs']);
  });

  it('tells a branch that is gone, merged or not', async () => {
    const repository = Repository.make();
    repository.commit('first', { 'a.ts': '1\n' });
    repository.git('checkout', '-q', '-b', 'feature/auth');
    const then = repository.commit('mine', { 'mine.ts': '1\n' });
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '--no-ff', '-m', 'Merge', 'feature/auth');
    repository.git('branch', '-q', '-D', 'feature/auth');
    expect(await since(repository, { branch: 'feature/auth', commit: then })).toMatchObject({ branch: 'main', noteBranch: 'gone', commit: 'ahead', isContained: true });
    repository.git('reset', '-q', '--hard', 'HEAD~1');
    expect(await since(repository, { branch: 'feature/auth', commit: then })).toMatchObject({ noteBranch: 'gone', isContained: false });
  });

  it('is told of the note\'s own branch while another one is checked out', async () => {
    const repository = Repository.make();
    const then = repository.commit('first', { 'a.ts': '1\n' });
    repository.git('checkout', '-q', '-b', 'feature');
    asBob(repository, 'on the feature', { 'b.ts': '1\n' });
    repository.git('checkout', '-q', 'main');
    const found = await since(repository, { branch: 'feature', commit: then });
    expect(found).toMatchObject({ branch: 'main', noteBranch: 'elsewhere', commit: 'ahead', isContained: true });
    expect(found.commits.map(({ subject }) => subject)).toEqual(['on the feature']);
  });

  it('goes by the clock where the commit is not here', async () => {
    const repository = Repository.make();
    repository.commit('first', { 'a.ts': '1\n' });
    expect(await since(repository, { commit: 'f'.repeat(40), created: '2020-01-01T00:00:00Z' })).toMatchObject({ commit: 'missing', isContained: false, commitCount: 1 });
    expect(await since(repository, { commit: '', created: '2099-01-01T00:00:00Z' })).toMatchObject({ commit: 'unknown', commitCount: 0 });
  });

  it('counts what the upstream has and this branch has not', async () => {
    const origin = Repository.make();
    origin.commit('first', { 'a.ts': '1\n' });
    const clone = new Repository(temporaryFolder('clone'));
    clone.git('clone', '-q', origin.folder, '.');
    asBob(origin, 'theirs', { 'a.ts': '2\n' });
    clone.git('fetch', '-q');
    expect(await since(clone, { commit: clone.git('rev-parse', 'HEAD') })).toMatchObject({ commit: 'same', upstream: { name: 'origin/main', behind: 1 } });
  });

  it('is told with paths of the folder that holds .claude', async () => {
    const repository = Repository.make();
    const then = repository.commit('first', { 'backend/src/a.ts': '1\n', 'web/b.ts': '1\n' });
    repository.commit('second', { 'backend/src/a.ts': '2\n', 'web/b.ts': '2\n' });
    repository.write('web/b.ts', '3\n');
    const found = await since(repository, { commit: then }, `${repository.folder}/backend`);
    expect(found.commits[0]?.files).toEqual(['src/a.ts', '../web/b.ts']);
    expect(found.uncommitted).toEqual(['../web/b.ts']);
  });

  it('lets nothing that a note says reach git as an option, a range or a pattern', async () => {
    const repository = Repository.make();
    repository.commit('first', { 'a.ts': '1\n' });
    for (const hostile of ['--output=/tmp/x', 'main..HEAD', 'HEAD~1', '$(id)', '-x', 'a\0b', '@{-1}', 'x y', '../../HEAD']) {
      expect(await since(repository, { branch: hostile, commit: hostile })).toMatchObject({ branch: 'main', commit: 'unknown' });
    }
  });

  it('is not told outside of a repository, with the reason', async () => {
    expect(await readGitSince(temporaryFolder(), { branch: '', commit: '', created }, { documentsFolder: '.claude/docs' })).toMatchObject({ kind: 'unavailable', reason: 'noRepository' });
    const empty = Repository.make();
    expect(await since(empty, {})).toMatchObject({ branch: 'main', noteBranch: 'here', commit: 'unknown', commits: [] });
  });
});

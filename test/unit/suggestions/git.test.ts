import { describe, expect, it } from 'vitest';
import type { ChangedFile, GitState } from '../../../src/core/gitState.js';
import { suggestFromGit } from '../../../src/core/suggestions/git.js';

const state = (files: ChangedFile[], more: Partial<GitState> = {}): GitState =>
  ({ branch: 'main', head: 'a'.repeat(40), files, changedCount: files.length, stashes: 0, commits: [], commitCount: 0, documentsIgnored: false, ...more });
const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({ path, kind: 'modified', staged: false, unstaged: true, ...more });
const uncommitted = (of: GitState) => suggestFromGit(of).find(({ item }) => item === 'uncommitted');

describe('uncommitted changes', () => {
  it('are not proposed when there are none', () => {
    expect(suggestFromGit(state([]))).toEqual([]);
  });
  it('name each file with a link to its first changed line', () => {
    expect(uncommitted(state([file('src/a.ts', { firstChangedLine: 12, lineText: 'x();' }), file('b.md', { kind: 'untracked' })]))).toMatchObject({
      text: '2 files uncommitted (1 modified, 1 untracked)', links: [{ path: 'src/a.ts', line: 12, text: 'x();' }, { path: 'b.md', line: 1 }],
    });
  });
  it('say what was deleted and renamed, which a link cannot', () => {
    const found = uncommitted(state([file('gone.ts', { kind: 'deleted' }), file('new.ts', { kind: 'renamed', from: 'old.ts', staged: true })]));
    expect(found?.links).toEqual([{ path: 'new.ts', line: 1 }]);
    expect(found?.detail).toBe('deleted: `gone.ts`\nrenamed: `old.ts` → `new.ts`');
    expect(found?.text).toContain('1 staged');
  });
  it('are counted and cut when there are very many', () => {
    const found = uncommitted(state(Array.from({ length: 500 }, (_, index) => file(`f${index}.ts`)), { changedCount: 10_000 }));
    expect(found?.text).toBe('10,000 files uncommitted');
    expect(found?.links).toHaveLength(20);
    expect(found?.detail).toBe('and 9,980 more');
  });
  it('tell of commits that were not pushed and of stashes', () => {
    expect(uncommitted(state([file('a.ts')], { upstream: { name: 'origin/main', ahead: 2, behind: 0 }, stashes: 1 }))?.detail).toBe('2 commits not pushed to `origin/main`\n1 stash');
  });
  it('keep a hostile path inside its code', () => {
    expect(uncommitted(state([file('a`\n# b.ts', { kind: 'deleted' })]))?.detail).toBe("deleted: `a' # b.ts`");
  });
});

describe('an unfinished operation', () => {
  it('is the next step, with its conflicts', () => {
    expect(suggestFromGit(state([file('a.ts', { kind: 'conflicted' })], { operation: 'rebase' }))[0]).toMatchObject({
      item: 'nextStep', text: 'Finish the rebase: 1 file is in conflict', links: [{ path: 'a.ts', line: 1 }],
    });
  });
});

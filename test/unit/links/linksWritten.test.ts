import { afterEach, describe, expect, it } from 'vitest';
import { GitLineHistory } from '../../../src/node/gitLineHistory.js';
import { LinksWritten } from '../../../src/node/linksWritten.js';
import type { Copy } from '../../../src/core/links/linkStates.js';
import { TestRepository } from './repository.js';

const document = '.claude/docs/TROUBLESHOOTING.md';
const [first, second] = ['[src/a.js:4](../../src/a.js#L4 "}")', '[src/b.js:9](../../src/b.js#L9 "return total;")'];
let repo = new TestRepository();
let history = new GitLineHistory({ folder: repo.folder });
afterEach(() => {
  history.close();
  repo.dispose();
  repo = new TestRepository();
  history = new GitLineHistory({ folder: repo.folder });
});

const commit = (...lines: string[]): string => repo.commit({ [document]: ['# Troubleshooting', '', ...lines] });
async function find(written: LinksWritten, copy: Copy, ...links: string[]): Promise<(string | undefined)[]> {
  const commitFor = await written.find({ root: repo.folder, history }, repo.git('rev-parse', 'HEAD'), new Map([[document, new Set(links)]]), copy);
  return links.map((link) => commitFor(document, link));
}
const writtenIn = (...links: string[]): Promise<(string | undefined)[]> => find(new LinksWritten({}), 'first', ...links);

describe('the commit that wrote a link', () => {
  it('is the one whose change of the document has it, and none for a link that is not committed', async () => {
    const one = commit(`- a (${first})`);
    const two = commit(`- a (${first})`, `- b (${second})`);
    commit(`- a (${first})`, `- b (${second})`, '- c');
    expect(await writtenIn(first, second, '[src/c.js:1](../../src/c.js#L1 "x")')).toEqual([one, two, undefined]);
  });

  it('stays the first one while the link moves within its document or the line around it is edited', async () => {
    const one = commit(`- a (${first})`, '- b');
    commit('- b', `- a (${first})`);
    commit('- b', `- a, at last (${first}) and more`);
    expect(await writtenIn(first)).toEqual([one]);
  });

  it('is the later one for a link that was taken away and written again', async () => {
    commit(`- a (${first})`);
    commit('- a');
    const again = commit(`- a (${first})`);
    expect(await writtenIn(first)).toEqual([again]);
  });

  it('is the first of several copies, also when one of them is taken away', async () => {
    const one = commit(`- a (${first})`);
    commit(`- a (${first})`, `- b (${first})`);
    expect(await writtenIn(first)).toEqual([one]);
    commit(`- b (${first})`);
    expect(await writtenIn(first)).toEqual([one]);
  });

  it('is that of the last copy where the shorter log is enough, and the first one’s when that is asked for next', async () => {
    const one = commit(`- a (${first})`);
    const two = commit(`- a (${first})`, `- b (${first})`);
    commit(`- b (${first})`, `- a (${first})`);
    const written = new LinksWritten({});
    expect(await find(written, 'last', first)).toEqual([two]);
    expect(await find(written, 'first', first)).toEqual([one]);
    expect(await find(written, 'last', first)).toEqual([one]);
  });

  it('is one of a branch, where the link was written there and merged', async () => {
    commit('- a');
    repo.git('checkout', '-q', '-b', 'topic');
    const there = commit('- a', `- b (${second})`);
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'src/a.js': ['}'] });
    repo.git('merge', '-q', '--no-ff', '-m', 'merge', 'topic');
    expect(await writtenIn(second)).toEqual([there]);
  });

  it('is asked of git again only at another HEAD or for other links', async () => {
    const one = commit(`- a (${first})`);
    const written = new LinksWritten({});
    expect(await find(written, 'last', first)).toEqual([one]);
    const two = commit(`- a (${first})`, `- b (${second})`);
    expect(await find(written, 'last', first)).toEqual([one]);
    expect(await find(written, 'last', first, second)).toEqual([one, two]);
  });
});

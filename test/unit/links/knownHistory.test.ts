// What was read of a history serves the commits after it, and the next start: the answers are those of reading it all anew.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { formatCodeLink } from '../../../src/core/links/codeLink.js';
import { DocumentLinks, readDocuments } from '../../../src/node/documentLinks.js';
import { HistoryMemory } from '../../../src/node/historyMemory.js';
import { TestRepository } from './repository.js';

const docs = '.claude/docs';
const note = `${docs}/TROUBLESHOOTING.md`;
const opened: DocumentLinks[] = [];
let repo = new TestRepository();
let home = mkdtempSync(join(tmpdir(), 'session-handoff-home-'));
afterEach(() => {
  for (const links of opened.splice(0)) links.close();
  repo.dispose();
  rmSync(home, { recursive: true, force: true });
  repo = new TestRepository();
  home = mkdtempSync(join(tmpdir(), 'session-handoff-home-'));
});

function open(memory?: HistoryMemory): DocumentLinks {
  const links = new DocumentLinks(repo.folder, memory ? { memory } : {});
  opened.push(links);
  return links;
}
async function states(links: DocumentLinks): Promise<object[]> {
  await links.changed();
  return (await links.check(await readDocuments(repo.folder, docs))).flatMap((one) => one.states.map(({ status, file, line, how, candidates, removedBy }) => ({ status, file, line, how, candidates, removedBy })));
}
const storedFile = (): string => join(home, 'histories', readdirSync(join(home, 'histories'))[0] ?? '');

/** A history that somebody could have made: edits, renames, branches that are merged, and links that are written on the way. */
function* livelyHistory(seed: number): Generator<void> {
  let state = seed;
  const random = (below: number): number => (state = (state * 1103515245 + 12345) % 2147483648) % (below * 64) >> 6;
  const statement = (): string => (random(5) === 0 ? '}' : `const value${String(random(60))} = call${String(random(20))}();`);
  const files = new Map(['src/a.js', 'src/b.js', 'src/c.js'].map((path) => [path, Array.from({ length: 24 }, statement)]));
  let document = '# Troubleshooting\n\n';
  const any = (): [string, string[]] => [...files][random(files.size)] ?? ['', []];
  repo.commit({ ...Object.fromEntries(files), [note]: document });
  for (let step = 0; step < 14; step++) {
    const isBeside = random(3) === 0;
    if (isBeside) repo.git('checkout', '-q', '-b', `topic${String(step)}`);
    for (let commits = 1 + random(2); commits > 0; commits--) {
      const [path, lines] = any();
      const at = random(lines.length);
      if (random(3) === 0) lines.splice(at, 1 + random(2));
      else lines.splice(at, random(2), statement(), statement());
      let target = path;
      if (random(5) === 0) {
        target = `src/${String(step)}${String(commits)}.js`;
        files.delete(path);
        files.set(target, lines);
      }
      const [linked, text] = any();
      const number = 1 + random(text.length);
      if (random(2) === 0) document += `- Fixed (${formatCodeLink({ path: linked, line: number, text: text[number - 1] ?? '' }, { folder: docs, workspacePath: '' })})\n`;
      repo.commit({ ...(target === path ? {} : { [path]: undefined }), [target]: lines, [note]: document });
    }
    if (isBeside) {
      repo.git('checkout', '-q', 'main');
      repo.commit({ 'other.txt': String(step) });
      repo.git('merge', '-q', '--no-ff', '-m', 'merge', `topic${String(step)}`);
    }
    yield;
  }
}

describe('a history that is partly known', () => {
  it.each([1, 2, 3, 4])('gives the answers of one that is read anew, as it grows and after each start (%i)', async (seed) => {
    const grown = open();
    let met = 0;
    for (const _ of livelyHistory(seed)) {
      const anew = await states(open());
      expect(await states(grown)).toEqual(anew);
      expect(await states(open(new HistoryMemory(home, 0)))).toEqual(anew);
      met = anew.length;
    }
    expect(met).toBeGreaterThan(3);
    expect(readdirSync(join(home, 'histories'))).toHaveLength(1);
  });

  it('is remembered only where reading it took its time, for its user alone, without what is not known', async () => {
    const lines = ['one', 'two', 'three'];
    const uncommitted = `- ([src/a.js:2](../../src/a.js#L2 "two"))\n`;
    repo.commit({ 'src/a.js': lines, [note]: uncommitted.replace('L2', 'L3').replace('a.js:2', 'a.js:3').replace('two', 'three') });
    repo.commit({ 'src/a.js': ['zero', 'three', ...lines] });
    repo.write(note, `${readFileSync(join(repo.folder, note), 'utf8')}${uncommitted}`);
    const anew = await states(open());
    expect(await states(open(new HistoryMemory(home, 60_000)))).toEqual(anew);
    expect(readdirSync(home)).toEqual([]);
    expect(await states(open(new HistoryMemory(home, 0)))).toEqual(anew);
    expect(readFileSync(storedFile(), 'utf8')).toContain('three');
    expect(readFileSync(storedFile(), 'utf8')).not.toContain('\\"two\\"');
  });

  it('is read anew where what is remembered is damaged, of another repository, or of commits that are gone', async () => {
    repo.commit({ 'src/a.js': ['one', '}', '}'], [note]: '- ([src/a.js:2](../../src/a.js#L2 "}"))\n' });
    repo.commit({ 'src/a.js': ['zero', 'one', '}', '}'] });
    const anew = await states(open());
    expect(anew).toMatchObject([{ status: 'moved', line: 3 }]);
    await states(open(new HistoryMemory(home, 0)));
    const good = readFileSync(storedFile(), 'utf8');
    const gone = '0123456789012345678901234567890123456789';
    const head = repo.git('rev-parse', 'HEAD');
    const damaged = ['', '{', 'null', '[]', good.slice(0, -9), good.replace('"version":1', '"version":2'), good.replace(repo.folder, '/elsewhere'), good.replaceAll(head, gone), good.replaceAll(head, '--output=x'), good.replace('"walks":[', '"walks":[7,'), good.replace('"links":[', '"links":[[1,2],')];
    for (const text of damaged) {
      expect(text).not.toBe(good);
      writeFileSync(storedFile(), text);
      // Only a commit that is gone cannot be told by what is remembered.
      expect(new HistoryMemory(home, 0).recall(repo.folder) === undefined).toBe(!text.includes(gone));
      expect(await states(open(new HistoryMemory(home, 60_000)))).toEqual(anew);
    }
  });
});
